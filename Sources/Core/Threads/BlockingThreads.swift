import Synchronization

/// Runs calls that block (files, locks, sockets) or compute for milliseconds on a bounded number of threads of their
/// own, so that they never occupy an event loop or the cooperative pool, which has one thread per core.
///
/// Threads are made as they are needed and end when nothing waits.
public final class BlockingThreads: Sendable {
    private struct State {
        var threads = 0
        var waiting: [@Sendable () -> Void] = []
    }

    private let name: StaticString
    private let maximumThreads: Int
    private let maximumWaiting: Int
    private let state = Mutex(State())

    /// - Parameter name: what `top -H` shows of the threads, at most 15 bytes.
    public init(_ name: StaticString = "blocking", maximumThreads: Int = 8, maximumWaiting: Int = 4096) {
        self.name = name
        self.maximumThreads = maximumThreads
        self.maximumWaiting = maximumWaiting
    }

    /// Runs `body` on one of the threads. It is not interrupted by cancellation: it must bound its own time.
    /// - Throws: what `body` throws, or as `submit`.
    public func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            do {
                try submit { continuation.resume(with: Result { try body() }) }
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }

    /// Has `call` run on one of the threads, and does not wait for it.
    /// - Throws: `DeploydError` (`exhausted`) when too many calls wait.
    public func submit(_ call: @escaping @Sendable () -> Void) throws(DeploydError) {
        enum Placing { case refused, queued, needsThread }
        let placing: Placing = state.withLock { state in
            guard state.waiting.count < maximumWaiting else { return .refused }
            state.waiting.append(call)
            guard state.threads < maximumThreads else { return .queued }
            state.threads += 1
            return .needsThread
        }
        switch placing {
        case .refused: throw DeploydError(.exhausted, "too much waits to be done; try again later")
        case .queued: return
        case .needsThread: startThread()
        }
    }

    private func startThread() {
        do {
            try OSThread.detach(name) { self.work() }
        } catch {
            // No room for a thread: one that exists does it, or else the caller, late rather than never.
            let isAlone = state.withLock { state in
                guard state.threads > 1 else { return true }
                state.threads -= 1
                return false
            }
            if isAlone { work() }
        }
    }

    private func work() {
        while let call = next() { call() }
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
