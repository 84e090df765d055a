import Core
import Model

/// Looks at what runs, again and again, through the instances' own loops; slowly where drivers tell of changes.
public struct HealthMonitor: Sendable {
    /// In how many parts the instances of worlds that are told of are looked at, one part after the other.
    private static let parts = 10

    private let context: EngineContext
    private let reconcilers: Reconcilers
    private let interval: Duration
    /// How many intervals lie between two parts.
    private let pause: Int

    /// - Parameter sweep: how long it takes until each instance is looked at that nothing is told of.
    public init(
        context: EngineContext, reconcilers: Reconcilers, interval: Duration = .seconds(5),
        sweep: Duration = .seconds(300)
    ) {
        self.context = context
        self.reconcilers = reconcilers
        self.interval = interval
        pause = max(1, Int(sweep.milliseconds / max(1, interval.milliseconds)) / HealthMonitor.parts)
    }

    /// Runs until the task is cancelled.
    public func run() async {
        var round = 0
        while !Task.isCancelled {
            guard (try? await context.clock.sleep(for: interval)) != nil else { return }
            await tellIncidents()
            do {
                for instance in try await due(in: round) { await reconcilers.wake(instance) }
            } catch {
                context.log.error("looking at the instances failed", ["error": "\(error)"])
            }
            round += 1
        }
    }

    private func due(in round: Int) async throws -> [InstanceID] {
        let told = context.told.current
        let due = try await context.storage.read { try $0.instancesToLookAfter(withoutTold: told) }
        guard !told.isEmpty, round % pause == 0 else { return due }
        let part = UInt(round / pause % HealthMonitor.parts)
        return try await context.storage.read { try $0.instancesToLookAfter(withoutTold: []) }
            .filter { UInt(bitPattern: $0.hashValue) % UInt(HealthMonitor.parts) == part } + due
    }

    /// Records what has happened to what instances share.
    private func tellIncidents() async {
        for driver in context.workloadDrivers.values {
            for incident in await driver.incidents() {
                context.log.warning(incident, ["capability": driver.capability])
                let moment = context.clock.now()
                let event = EventDraft(
                    .entrypointsRestarted, actor: "deployd", cause: Cause(.observation, driver.capability),
                    detail: incident)
                do {
                    _ = try await context.storage.write { try $0.append(event, at: moment) }
                } catch {
                    context.log.error("an event could not be recorded", ["error": "\(error)"])
                }
            }
        }
    }
}
