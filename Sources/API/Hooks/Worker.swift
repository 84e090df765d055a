import Core
import Glibc
import Synchronization

/// Runs what blocks or takes milliseconds, off the event loops and the cooperative pool. Its threads live only while
/// there is work.
final class Worker: Sendable {
    typealias Job = @Sendable () -> Void

    private struct State {
        var waiting: [Job] = []
        var threads = 0
    }

    private let maximumThreads: Int
    private let maximumWaiting: Int
    private let state = Mutex(State())

    init(maximumThreads: Int = 2, maximumWaiting: Int = 64) {
        self.maximumThreads = maximumThreads
        self.maximumWaiting = maximumWaiting
    }

    /// - Throws: `DeploydError` `exhausted` when too many jobs wait.
    func submit(_ job: @escaping Job) throws(DeploydError) {
        enum Outcome { case full, queued, start }
        let outcome: Outcome = state.withLock { state in
            guard state.waiting.count < maximumWaiting else { return .full }
            state.waiting.append(job)
            guard state.threads < maximumThreads else { return .queued }
            state.threads += 1
            return .start
        }
        switch outcome {
        case .full: throw DeploydError(.exhausted, "too much waits to be looked at; send it again later")
        case .queued: return
        case .start: startThread()
        }
    }

    /// `body` on one of the threads.
    func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            do {
                try submit { continuation.resume(with: Result { try body() }) }
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }

    private func startThread() {
        let context = Unmanaged.passRetained(Box { self.work() })
        var thread = pthread_t()
        guard pthread_create(&thread, nil, Worker.entry, context.toOpaque()) == 0 else {
            context.release()
            // No room for a thread: the caller does it, late rather than never.
            return work()
        }
        pthread_detach(thread)
    }

    private func work() {
        while let job = next() { job() }
    }

    private func next() -> Job? {
        state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.threads -= 1
                return nil
            }
            return state.waiting.removeFirst()
        }
    }

    private final class Box: Sendable {
        let run: Job
        init(_ run: @escaping Job) { self.run = run }
    }

    private static let entry: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { context in
        var signals = sigset_t()
        sigfillset(&signals)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        if let context { Unmanaged<Box>.fromOpaque(context).takeRetainedValue().run() }
        return nil
    }
}
