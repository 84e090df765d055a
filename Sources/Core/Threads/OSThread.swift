import Glibc

/// A thread of our own, for calls that block: the cooperative pool has one thread per core and must never wait.
///
/// It starts with every signal blocked but those of faults: signals are for the program's first thread, and a write to a
/// closed pipe or connection is `EPIPE` here.
public final class OSThread: Sendable {
    private let thread: pthread_t

    /// Starts a thread that must be waited for by `join`, once.
    /// - Parameter name: what `top -H` shows, at most 15 bytes.
    /// - Throws: `DeploydError` (`exhausted`) when the machine has no room for another thread.
    public init(_ name: StaticString, _ body: @escaping @Sendable () -> Void) throws(DeploydError) {
        thread = try OSThread.make(name, body)
    }

    /// Starts a thread that nobody waits for.
    /// - Throws: as `init`.
    public static func detach(_ name: StaticString, _ body: @escaping @Sendable () -> Void) throws(DeploydError) {
        pthread_detach(try make(name, body))
    }

    /// Waits for the thread's end. When that thread itself asks, it goes on alone.
    public func join() {
        guard pthread_equal(thread, pthread_self()) == 0 else {
            pthread_detach(thread)
            return
        }
        pthread_join(thread, nil)
    }

    private static func make(
        _ name: StaticString, _ body: @escaping @Sendable () -> Void
    ) throws(DeploydError) -> pthread_t {
        var all = sigset_t()
        var before = sigset_t()
        sigfillset(&all)
        // Blocked, they would end the program without Swift's report of a crash.
        for fault in [SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP] { sigdelset(&all, fault) }
        // A new thread starts with the mask of its maker.
        pthread_sigmask(SIG_BLOCK, &all, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        let start = Unmanaged.passRetained(Start(name: name, body: body))
        var thread = pthread_t()
        let failure = pthread_create(&thread, nil, entry, start.toOpaque())
        guard failure == 0 else {
            start.release()
            throw .system("start the thread \(name)", errno: failure, code: .exhausted)
        }
        return thread
    }

    private final class Start: Sendable {
        let name: StaticString
        let body: @Sendable () -> Void
        init(name: StaticString, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    private static let entry: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { context in
        guard let context else { return nil }
        let start = Unmanaged<Start>.fromOpaque(context).takeRetainedValue()
        setName(start.name)
        start.body()
        return nil
    }

    /// By way of /proc, since Swift does not see the GNU function pthread_setname_np.
    private static func setName(_ name: StaticString) {
        let file = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        _ = write(file, name.utf8Start, name.utf8CodeUnitCount)
        close(file)
    }
}
