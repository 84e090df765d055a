import Core
import Model

/// Looks at what runs, again and again, through the instances' own loops.
public struct HealthMonitor: Sendable {
    private let context: EngineContext
    private let reconcilers: Reconcilers
    private let interval: Duration

    public init(context: EngineContext, reconcilers: Reconcilers, interval: Duration = .seconds(5)) {
        self.context = context
        self.reconcilers = reconcilers
        self.interval = interval
    }

    /// Runs until the task is cancelled.
    public func run() async {
        while !Task.isCancelled {
            guard (try? await context.clock.sleep(for: interval)) != nil else { return }
            await tellIncidents()
            do {
                for instance in try await context.storage.read({ try $0.instancesToLookAfter() }) {
                    await reconcilers.wake(instance)
                }
            } catch {
                context.log.error("looking at the instances failed", ["error": "\(error)"])
            }
        }
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
