internal import Core
import Glibc

/// A thread of its own, for what would block the cooperative pool.
enum ServiceThread {
    private final class Work {
        let run: @Sendable () -> Void
        init(run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Starts a detached thread that handles no signals.
    static func start(_ run: @escaping @Sendable () -> Void) throws {
        let work = Unmanaged.passRetained(Work(run: run))
        var thread = pthread_t()
        let status = pthread_create(&thread, nil, body, work.toOpaque())
        guard status == 0 else {
            work.release()
            throw DeploydError.system("pthread_create", errno: status)
        }
        pthread_detach(thread)
    }

    private static let body: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { argument in
        var signals = sigset_t()
        sigfillset(&signals)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        if let argument { Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
    }
}
