import Core

/// Work that several ask for at once is done once, and all get its result.
///
/// One who is cancelled leaves at once; when the last has left, the work is cancelled too.
actor SharedWork {
    private struct Entry {
        let task: Task<Void, Never>
        var waiters: [Int: CheckedContinuation<Void, any Error>]
        var isAbandoned = false
    }

    private var entries: [String: Entry] = [:]
    private var lastWaiter = 0

    /// Runs `work`, or waits for the one of the same `key` that runs already.
    func run(_ key: String, _ work: @escaping @Sendable () async throws -> Void) async throws {
        while let entry = entries[key], entry.isAbandoned { await entry.task.value }
        try Task.checkCancellation()
        lastWaiter += 1
        let waiter = lastWaiter
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                if entries[key] == nil { entries[key] = Entry(task: start(key, work), waiters: [:]) }
                entries[key]?.waiters[waiter] = continuation
            }
        } onCancel: {
            Task { await self.leave(key, waiter) }
        }
    }

    /// How many wait for the work of a key.
    func waiting(_ key: String) -> Int { entries[key]?.waiters.count ?? 0 }

    private func start(_ key: String, _ work: @escaping @Sendable () async throws -> Void) -> Task<Void, Never> {
        Task {
            let result: Result<Void, any Error>
            do {
                try await work()
                result = .success(())
            } catch {
                result = .failure(error)
            }
            for waiter in (entries.removeValue(forKey: key)?.waiters ?? [:]).values { waiter.resume(with: result) }
        }
    }

    private func leave(_ key: String, _ waiter: Int) {
        guard let continuation = entries[key]?.waiters.removeValue(forKey: waiter) else { return }
        if entries[key]?.waiters.isEmpty == true {
            entries[key]?.isAbandoned = true
            entries[key]?.task.cancel()
        }
        continuation.resume(throwing: DeploydError(.cancelled, "the work was cancelled"))
    }
}
