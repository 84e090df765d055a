public import Core
import Glibc
import Synchronization

/// An HTTP/1.1 server (RFC 9110, RFC 9112) on epoll loops of its own threads.
public final class WebServer: Sendable {
    private struct State {
        var mailboxes: [LoopMailbox] = []
        var running = 0
        var hasStarted = false
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let configuration: HTTPServerConfiguration
    private let router: HTTPRouter
    private let metrics: Metrics
    private let log: Log
    private let state = Mutex(State())

    public init(configuration: HTTPServerConfiguration, router: HTTPRouter, metrics: Metrics, log: Log) {
        self.configuration = configuration
        self.router = router
        self.metrics = metrics
        self.log = log
    }

    /// Listens and begins to serve. Once only.
    /// - Returns: the address, with the port that was taken for 0.
    /// - Throws: `DeploydError` that names the address when it is wrong or taken.
    public func start() throws -> BoundAddress {
        let isFirst = state.withLock { state in
            defer { state.hasStarted = true }
            return !state.hasStarted
        }
        guard isFirst else { throw DeploydError(.conflict, "The server was started before.") }
        let shared = try ServerShared(configuration, router, metrics, log)
        let (address, listeners) = try Listener.open(configuration.address, count: configuration.loops)
        do {
            try shared.spooler.start()
            for listener in listeners { try startLoop(shared, listener) }
        } catch {
            // What has started is drained by the caller as usual.
            for listener in listeners[state.withLock(\.running)...] { close(listener) }
            throw error
        }
        return address
    }

    /// Stops: accepts no more, closes idle connections, ends streams, and answers what is in process until `deadline`
    /// is over. Then what is left is cut. A second call can shorten the first's time.
    public func drain(deadline: Duration) async {
        let mailboxes = state.withLock { $0.mailboxes }
        for mailbox in mailboxes { mailbox.post(.drain(deadline: deadline)) }
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if state.running > 0 { state.waiters.append(continuation) }
                return state.running == 0
            }
            if isOver { continuation.resume() }
        }
    }

    private func startLoop(_ shared: ServerShared, _ listener: Int32) throws {
        let mailbox = try LoopMailbox()
        state.withLock { state in
            state.mailboxes.append(mailbox)
            state.running += 1
        }
        do {
            try OSThread.detach("http-server") { self.runLoop(shared, mailbox, listener) }
        } catch {
            state.withLock { $0.running -= 1 }
            throw error
        }
    }

    private func runLoop(_ shared: ServerShared, _ mailbox: LoopMailbox, _ listener: Int32) {
        do {
            try EventLoop(shared, mailbox, listener: listener).run()
        } catch {
            close(listener)
            log.error("an event loop could not start", ["error": "\(error)"])
        }
        let waiters = state.withLock { state in
            state.running -= 1
            guard state.running == 0 else { return [CheckedContinuation<Void, Never>]() }
            shared.spooler.stop()
            defer { state.waiters = [] }
            return state.waiters
        }
        waiters.forEach { $0.resume() }
    }
}
