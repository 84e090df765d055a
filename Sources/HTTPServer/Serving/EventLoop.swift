internal import CEpoll
internal import Core
import Glibc

/// One thread's loop: waits on epoll and serves the connections that its listener accepted. Only that thread touches
/// it; others reach it by its mailbox.
final class EventLoop {
    let shared: ServerShared
    let mailbox: LoopMailbox
    let limits: HTTPLimits
    let timeouts: TimeoutMilliseconds
    private var poller: Poller
    private var listener: Int32?
    /// By descriptor: they are small numbers, and dense.
    private(set) var connections: [Connection?] = []
    private var connectionCount = 0
    private var generation: UInt32 = 0
    /// Connections that used up their turn with bytes left to read.
    private var deferred: [ConnectionKey] = []
    private var listenerRestsUntil: Int64?
    private var nextSweep: Int64 = 0
    private let sweepInterval: Int64
    private var drainDeadline: Int64?

    /// Milliseconds of the monotonic clock, read once a turn.
    private(set) var now: Int64 = 0
    private(set) var date = DateHeader()
    /// Blocks lent to the connection that is served: idle connections hold none.
    var spareInput: [UInt8]?
    var spareOutput: [[UInt8]]?
    /// Responses since the last report, by class of status.
    var answered = [Int](repeating: 0, count: 6)

    private enum Token {
        static let mailbox = UInt64.max
        static let listener = UInt64.max - 1
    }

    /// The spare block, which the loop then has no more, or a new one: it holds the longest head and some of what follows.
    func takeSpareInput() -> [UInt8] {
        defer { spareInput = nil }
        return spareInput ?? [UInt8](repeating: 0, count: limits.head + 8 * 1024)
    }

    var isDraining: Bool { drainDeadline != nil }

    /// - Parameter listener: closed by the loop.
    init(_ shared: ServerShared, _ mailbox: LoopMailbox, listener: Int32) throws {
        self.shared = shared
        self.mailbox = mailbox
        self.listener = listener
        limits = shared.configuration.limits
        timeouts = TimeoutMilliseconds(shared.configuration.timeouts)
        sweepInterval = timeouts.sweepInterval
        poller = try Poller()
        guard poller.watchLevel(mailbox.descriptor, token: Token.mailbox),
            poller.watchLevel(listener, token: Token.listener)
        else { throw DeploydError.system("epoll_ctl", errno: errno) }
    }

    /// Runs until drained.
    func run() {
        readClocks()
        while !isFinished {
            let count = poller.wait(milliseconds: patience)
            readClocks()
            for index in 0..<count { handle(poller.event(at: index)) }
            serveDeferred()
            mailbox.take().forEach(deliver)
            if now >= nextSweep { sweep() }
        }
        for connection in connections { connection?.close() }
        report()
        mailbox.shut()
    }

    private var isFinished: Bool {
        guard let drainDeadline else { return false }
        return connectionCount == 0 || now >= drainDeadline
    }

    /// How long to wait for events.
    private var patience: Int32 {
        if !deferred.isEmpty || !mailbox.fallAsleep() { return 0 }
        if connectionCount == 0, listenerRestsUntil == nil, !isDraining {
            report()
            return -1
        }
        let next = min(nextSweep, drainDeadline ?? .max)
        return Int32(clamping: max(0, next - now))
    }

    private func readClocks() {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        now = Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
        clock_gettime(CLOCK_REALTIME_COARSE, &time)
        date.update(time.tv_sec)
    }

    private func handle(_ event: cepoll_ready) {
        switch event.token {
        case Token.mailbox: mailbox.clearWakeup()
        case Token.listener: acceptWaiting()
        default:
            let descriptor = Int32(truncatingIfNeeded: event.token & 0xFFFF_FFFF)
            let generation = UInt32(truncatingIfNeeded: event.token >> 32)
            guard let connection = connection(descriptor, generation) else { return }
            connection.ready(event.events)
        }
    }

    private func connection(_ descriptor: Int32, _ generation: UInt32) -> Connection? {
        guard connections.indices.contains(Int(descriptor)), let connection = connections[Int(descriptor)],
            connection.generation == generation
        else { return nil }
        return connection
    }

    private func deliver(_ completion: Completion) {
        switch completion {
        case .response(let key, let response):
            connection(key.descriptor, key.generation)?.completed(key.request, response)
        case .stream(let key): connection(key.descriptor, key.generation)?.streamHasContent(key.request)
        case .spool(let key, let outcome): connection(key.descriptor, key.generation)?.spooled(key.request, outcome)
        case .drain(let deadline): beginDrain(deadline)
        }
    }

    /// Lets `connection` go on at the end of this turn, after the others.
    func `defer`(_ connection: Connection) { deferred.append(connection.key) }

    private func serveDeferred() {
        guard !deferred.isEmpty else { return }
        let turn = deferred
        deferred = []
        for key in turn { connection(key.descriptor, key.generation)?.serve() }
    }

    // MARK: Accepting

    private func acceptWaiting() {
        guard let listener else { return }
        for _ in 0..<64 {
            var peer = cepoll_peer()
            let descriptor = cepoll_accept(listener, &peer)
            guard descriptor >= 0 else {
                if ![EAGAIN, EINTR, ECONNABORTED].contains(-descriptor) { restListener(-descriptor) }
                return
            }
            let address = withUnsafeBytes(of: peer.address) { PeerAddress(bytes: $0, port: peer.port) }
            admit(descriptor, address)
        }
    }

    private func admit(_ descriptor: Int32, _ address: PeerAddress) {
        guard shared.enter() || (makeRoom() && shared.enter()) else {
            shared.refused()
            Connection.refuse(descriptor)
            return
        }
        generation &+= 1
        let connection = Connection(descriptor, generation: generation, address, loop: self)
        let token = UInt64(generation) << 32 | UInt64(descriptor)
        guard poller.watchEdges(descriptor, token: token) else {
            shared.leave()
            Glibc.close(descriptor)
            return
        }
        while connections.count <= Int(descriptor) { connections.append(nil) }
        connections[Int(descriptor)] = connection
        connectionCount += 1
        nextSweep = min(nextSweep, now + sweepInterval)
    }

    /// Out of descriptors or memory: looks again at the next sweep, since the listener stays readable meanwhile.
    private func restListener(_ number: Int32) {
        guard let listener, listenerRestsUntil == nil else { return }
        shared.log.error("cannot accept connections for a moment", ["error": describe(errno: number)])
        poller.forget(listener)
        listenerRestsUntil = now + 100
        nextSweep = min(nextSweep, now + 100)
    }

    /// Called by a connection that has closed its descriptor.
    func remove(_ connection: Connection) {
        connections[Int(connection.descriptor)] = nil
        connectionCount -= 1
        shared.leave()
    }

    // MARK: Time

    private func sweep() {
        nextSweep = now + sweepInterval
        for connection in connections where (connection?.deadline ?? .max) <= now { connection?.deadlineReached() }
        if let until = listenerRestsUntil, now >= until, let listener {
            listenerRestsUntil = nil
            _ = poller.watchLevel(listener, token: Token.listener)
        }
        report()
    }

    private func report() {
        shared.report(answered)
        for index in answered.indices { answered[index] = 0 }
    }

    private func beginDrain(_ deadline: Duration) {
        let end = now + max(0, deadline.milliseconds)
        if let drainDeadline {
            self.drainDeadline = min(drainDeadline, end)
            return
        }
        acceptWaiting()
        drainDeadline = end
        if let listener {
            poller.forget(listener)
            Glibc.close(listener)
        }
        listener = nil
        listenerRestsUntil = nil
        for connection in connections { connection?.drain() }
    }
}
