import Core
import Model

/// Follows what drivers tell of the workloads in their worlds, one task for each world whose driver does.
///
/// While a world is followed, nobody looks at its instances again and again: they are looked at when the driver names
/// them, and slowly, one after the other, in case it forgot one.
public struct WorldWatches: Sendable {
    /// A watch that held for this long is begun anew at once.
    private static let steady = Duration.seconds(60)
    private static let page = 200

    private let context: EngineContext
    private let reconcilers: Reconcilers

    public init(context: EngineContext, reconcilers: Reconcilers) {
        self.context = context
        self.reconcilers = reconcilers
    }

    /// Runs until the task is cancelled.
    public func run() async {
        var followed: [String: (world: World, task: Task<Void, Never>)] = [:]
        var isFirst = true
        while !Task.isCancelled {
            let worlds = context.topology.current.topology.worlds
            for (name, entry) in followed where worlds[name] != entry.world {
                entry.task.cancel()
                await entry.task.value
                followed[name] = nil
            }
            for (name, world) in worlds where followed[name] == nil && isFollowed(world) {
                let hasLooked = isFirst
                followed[name] = (world, Task { await follow(world, hasLooked: hasLooked) })
            }
            isFirst = false
            await context.topology.changed.wait(atMost: nil, clock: context.clock)
        }
        for entry in followed.values { entry.task.cancel() }
        for entry in followed.values { await entry.task.value }
    }

    private func isFollowed(_ world: World) -> Bool { context.workloadDriver(of: world)?.isWatched == true }

    /// - Parameter hasLooked: whether every instance is looked at anyway, as at the start.
    private func follow(_ world: World, hasLooked: Bool) async {
        guard let driver = context.workloadDriver(of: world) else { return }
        var failures = 0
        var told: String?
        var hasLooked = hasLooked
        while !Task.isCancelled {
            context.told.insert(world.name)
            if !hasLooked { await lookAtAll(in: world.name) }
            hasLooked = false
            let begin = context.clock.steady()
            await driver.watch { await tell($0) }
            context.told.remove(world.name)
            if Task.isCancelled { return }
            let hasHeld = context.clock.steady() - begin >= WorldWatches.steady
            failures = hasHeld ? 1 : failures + 1
            let reason = await driver.problem() ?? "the watch has ended"
            // A world that cannot be reached is tried again and again, and told of once.
            if hasHeld || reason != told {
                context.log.warning(
                    "changes in the world are not told any more; watching it again",
                    ["world": world.name, "reason": reason])
            }
            told = reason
            let delay = RetryPolicy.watch.delay(afterAttempt: failures, chance: .random(in: 0...1))
            guard (try? await context.clock.sleep(for: delay ?? RetryPolicy.watch.maximum)) != nil else { return }
        }
    }

    private func tell(_ identities: [InstanceIdentity]) async {
        for begin in stride(from: 0, to: identities.count, by: WorldWatches.page) {
            let part = Array(identities[begin..<min(begin + WorldWatches.page, identities.count)])
            do {
                let found = try await context.look { reader in try part.compactMap { try reader.instanceID($0) } }
                for instance in found { await reconcilers.told(of: instance) }
            } catch {
                context.log.error("what changed could not be looked at", ["error": "\(error)"])
            }
        }
    }

    private func lookAtAll(in world: String) async {
        do {
            let found = try await context.look { try $0.instances(InstanceFilter(world: world)).map(\.id) }
            for instance in found { await reconcilers.told(of: instance) }
        } catch {
            context.log.error("the world's instances could not be read", ["world": world, "error": "\(error)"])
        }
    }
}
