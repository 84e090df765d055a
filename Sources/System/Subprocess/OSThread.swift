import Core
import Glibc

/// Threads of our own, for calls that block: the cooperative pool has one thread per core and must never wait.
enum OSThread {
    /// Runs `body` on a new thread with every signal blocked, so that a write to a closed pipe is `EPIPE` there.
    /// - Throws: `DeploydError` (`exhausted`) when the machine has no room for another thread.
    static func start(_ body: @escaping @Sendable () -> Void) throws(DeploydError) {
        var all = sigset_t()
        var before = sigset_t()
        sigfillset(&all)
        // A new thread starts with the mask of its maker.
        pthread_sigmask(SIG_SETMASK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        var thread = pthread_t()
        let context = Unmanaged.passRetained(Body(call: body))
        let failure = pthread_create(&thread, nil, entry, context.toOpaque())
        guard failure == 0 else {
            context.release()
            throw DeploydError.system("pthread_create", errno: failure, code: .exhausted)
        }
        pthread_detach(thread)
    }

    private final class Body: Sendable {
        let call: @Sendable () -> Void
        init(call: @escaping @Sendable () -> Void) { self.call = call }
    }

    private static let entry: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { context in
        if let context { Unmanaged<Body>.fromOpaque(context).takeRetainedValue().call() }
        return nil
    }
}
