import Glibc

/// The signals that the server acts on, waited for by one thread.
enum Signals {
    enum Action: Sendable { case stop, reload }

    /// Blocks them in the calling thread, and so in those that it makes from now on.
    static func block() {
        var set = handled()
        pthread_sigmask(SIG_BLOCK, &set, nil)
        signal(SIGPIPE, SIG_IGN)
    }

    /// What signals ask for, in the order they come.
    static func actions() -> AsyncStream<Action> {
        let (stream, continuation) = AsyncStream.makeStream(of: Action.self, bufferingPolicy: .bufferingNewest(16))
        SignalThread.start { number in continuation.yield(number == SIGHUP ? .reload : .stop) }
        return stream
    }

    fileprivate static func handled() -> sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for number in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&set, number) }
        return set
    }
}

/// `sigwait` on a thread of its own, for ever.
private final class SignalThread: Sendable {
    private let receive: @Sendable (Int32) -> Void

    private init(_ receive: @escaping @Sendable (Int32) -> Void) { self.receive = receive }

    static func start(_ receive: @escaping @Sendable (Int32) -> Void) {
        let object = Unmanaged.passRetained(SignalThread(receive))
        var thread = pthread_t()
        let made = pthread_create(&thread, nil, body, object.toOpaque())
        guard made == 0 else { return object.release() }
        pthread_detach(thread)
    }

    private static let body: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { pointer in
        guard let pointer else { return nil }
        let object = Unmanaged<SignalThread>.fromOpaque(pointer).takeRetainedValue()
        var set = Signals.handled()
        while true {
            var number: Int32 = 0
            if sigwait(&set, &number) == 0 { object.receive(number) }
        }
    }
}
