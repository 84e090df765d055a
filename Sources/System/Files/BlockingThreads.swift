import Core
import Synchronization

/// Runs calls that block (files, locks, sockets) on a bounded number of threads of their own, so that they never
/// occupy the cooperative pool, which has one thread per core.
///
/// Threads are made as they are needed and end when nothing waits.
public final class BlockingThreads: Sendable {
    private struct State {
        var threads = 0
        var waiting: [@Sendable () -> Void] = []
    }

    private let maximumThreads: Int
    private let maximumWaiting: Int
    private let state = Mutex(State())

    public init(maximumThreads: Int = 8, maximumWaiting: Int = 4096) {
        self.maximumThreads = maximumThreads
        self.maximumWaiting = maximumWaiting
    }

    /// Runs `body` on one of the threads. It is not interrupted by cancellation: it must bound its own time.
    /// - Throws: what `body` throws, or `DeploydError` (`exhausted`) when too many calls wait.
    public func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let isTaken = enqueue { continuation.resume(with: Result { try body() }) }
            if !isTaken {
                continuation.resume(throwing: DeploydError(.exhausted, "too many calls wait: try again later"))
            }
        }
    }

    private enum Placing { case refused, queued, needsThread }

    private func enqueue(_ call: @escaping @Sendable () -> Void) -> Bool {
        let placing: Placing = state.withLock { state in
            guard state.waiting.count < maximumWaiting else { return .refused }
            state.waiting.append(call)
            guard state.threads < maximumThreads else { return .queued }
            state.threads += 1
            return .needsThread
        }
        if placing == .needsThread { startThread() }
        return placing != .refused
    }

    private func startThread() {
        do {
            try OSThread.start { while let call = self.next() { call() } }
        } catch {
            // No room for a thread: what waits is run by one that exists, or here if there is none.
            let call = state.withLock { state in
                state.threads -= 1
                return state.threads == 0 && !state.waiting.isEmpty ? state.waiting.removeFirst() : nil
            }
            call?()
        }
    }

    private func next() -> (@Sendable () -> Void)? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.threads -= 1
                return nil
            }
            return state.waiting.removeFirst()
        }
    }
}
