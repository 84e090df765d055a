import Glibc

/// The signals that the server acts on.
enum Signals {
    enum Action: Sendable { case stop, reload }

    /// Blocks them in the calling thread, and so in those that it makes from now on.
    static func block() {
        var set = handled
        pthread_sigmask(SIG_BLOCK, &set, nil)
        signal(SIGPIPE, SIG_IGN)
    }

    /// Waits for them on the calling thread, for ever.
    static func forward(to actions: AsyncStream<Action>.Continuation) -> Never {
        var set = handled
        while true {
            var number: Int32 = 0
            if sigwait(&set, &number) == 0 { actions.yield(number == SIGHUP ? .reload : .stop) }
        }
    }

    private static var handled: sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        for number in [SIGTERM, SIGINT, SIGHUP] { sigaddset(&set, number) }
        return set
    }
}
