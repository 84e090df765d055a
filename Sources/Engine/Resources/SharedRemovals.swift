import Core
import Model

/// One loop per shared resource that somebody asked to be destroyed; it ends when nothing is left of it.
actor SharedRemovals {
    private struct Key: Hashable {
        let world: String
        let root: String
    }

    private struct Loop {
        let task: Task<Void, Never>
        /// Asked again while it was looking: it looks once more before it ends.
        var isDirty = false
    }

    private let context: EngineContext
    private var loops: [Key: Loop] = [:]
    private var isStopping = false

    init(context: EngineContext) { self.context = context }

    /// Goes on with what was cut short.
    func start() async throws {
        let worlds = try await context.storage.read { try $0.worldsWithSharedResources() }
        for world in worlds {
            let resources = try await context.storage.read { try $0.sharedResources(of: world) }
            for root in Set(resources.filter { $0.status == .deleting }.compactMap(\.sharedRoot)) {
                wake(root, in: world)
            }
        }
    }

    func wake(_ root: String, in world: String) {
        let key = Key(world: world, root: root)
        guard !isStopping else { return }
        guard loops[key] == nil else {
            loops[key]?.isDirty = true
            return
        }
        loops[key] = Loop(task: Task { await run(key) })
    }

    /// Stops all loops; what they were doing goes on at the next start.
    func stop() async {
        isStopping = true
        let tasks = loops.values.map(\.task)
        tasks.forEach { $0.cancel() }
        for task in tasks { await task.value }
    }

    private func run(_ key: Key) async {
        let removal = SharedRemoval(root: key.root, world: key.world, context: context)
        var failures = 0
        while !Task.isCancelled {
            do {
                guard try await !removal.perform(), end(key) else { continue }
                return
            } catch {
                guard !Task.isCancelled else { break }
                failures += 1
                context.log.error(
                    "removing what is no longer shared failed; trying again",
                    ["world": key.world, "shared": key.root, "error": "\(error)"])
                let delay = RetryPolicy.reconcile.delay(afterAttempt: failures, chance: .random(in: 0...1))
                try? await context.clock.sleep(for: delay ?? RetryPolicy.reconcile.maximum)
            }
        }
        loops[key] = nil
    }

    private func end(_ key: Key) -> Bool {
        if loops[key]?.isDirty == true {
            loops[key]?.isDirty = false
            return false
        }
        loops[key] = nil
        return true
    }
}
