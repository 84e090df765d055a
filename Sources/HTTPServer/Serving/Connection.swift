internal import CEpoll
internal import Core
import Glibc

/// One client's connection: a small state machine that its loop drives.
///
/// Reading, handling and writing one request at a time keeps pipelined answers in order; what a client sends ahead
/// waits in the input block and then in the kernel, so it is bounded.
final class Connection {
    enum Phase {
        /// Between requests, or within a request's head. Next: body, handling, closing.
        case head
        /// Reads a body. Next: handling, closing.
        case body
        /// A handler works. Next: streaming, head, closing.
        case handling
        /// A producer makes the body. Next: head, closing.
        case streaming
        /// The last answer was given; what still comes is discarded until the client closes. Next: closed.
        case closing
    }

    /// How many bytes of answers may wait before more is read or taken.
    static let outputWindow = 64 * 1024

    let descriptor: Int32
    let generation: UInt32
    let address: PeerAddress
    let loop: EventLoop

    var phase = Phase.head
    var parser: RequestHeadParser
    var current: CurrentRequest?
    /// Counts requests, so that a late completion is recognised.
    var requestNumber: UInt32 = 0
    var input = InputBuffer()
    var output = OutputQueue()

    var isReadable = false
    /// Whether the client has closed its side: the end is still to be read.
    var isHalfClosed = false
    /// Whether that end was read.
    var isAtEnd = false
    var isWritable = true
    var isClosed = false
    var hasShutDown = false
    var discarded = 0

    /// When `phase` was entered; in `head`, when the request's first byte came, or the last response ended.
    var phaseStart: Int64
    var lastInput: Int64
    var lastOutput: Int64
    /// When `deadlineReached` is wanted.
    var deadline: Int64

    init(_ descriptor: Int32, generation: UInt32, _ address: PeerAddress, loop: EventLoop) {
        self.descriptor = descriptor
        self.generation = generation
        self.address = address
        self.loop = loop
        parser = RequestHeadParser(limits: loop.limits)
        (phaseStart, lastInput, lastOutput) = (loop.now, loop.now, loop.now)
        deadline = loop.now + loop.timeouts.head
    }

    /// Of the request in process.
    var key: ConnectionKey { ConnectionKey(descriptor: descriptor, generation: generation, request: requestNumber) }

    /// epoll has news.
    func ready(_ events: UInt32) {
        if events & CEPOLL_GONE != 0 { return close() }
        if events & CEPOLL_READABLE != 0 { isReadable = true }
        if events & CEPOLL_WRITABLE != 0 { isWritable = true }
        if events & CEPOLL_HALF_CLOSED != 0 {
            isHalfClosed = true
            // A client that closes one side may wait for its answer; who listens to a stream would not.
            if phase == .streaming { return close() }
        }
        serve()
    }

    /// Goes on as far as bytes, answers and the client allow.
    func serve() {
        var turns = 64
        while !isClosed {
            if step() {
                turns -= 1
                if turns > 0 { continue }
                loop.defer(self)
                flush()
                break
            }
            let before = phase
            flush()
            // A stream may have ended while it was sent, and the next request may be there.
            if phase == before { break }
        }
        // Nothing is sent after this: it might end a stream, and nobody would look at what the client sent behind it.
        settle()
    }

    /// - Returns: whether another step may follow.
    private func step() -> Bool {
        switch phase {
        case .head:
            // A client that sends requests and takes no answers waits.
            if output.count >= Connection.outputWindow { flush() }
            guard !isClosed, output.count < Connection.outputWindow else { return false }
            return readHead() || receive()
        case .body:
            guard current?.spool?.mayTakeMore ?? true else { return false }
            return readBody() || receive()
        case .handling, .streaming: return false
        case .closing:
            discardInput()
            return receive()
        }
    }

    /// After the last step of a turn: gives blocks back, and sets the next deadline.
    private func settle() {
        guard !isClosed else { return }
        // A client that has closed its side may still take the answers that wait for it.
        if isAtEnd, output.isEmpty, phase == .head || phase == .body || phase == .closing { return close() }
        if let block = input.giveBack(), loop.spareInput == nil { loop.spareInput = block }
        if loop.spareOutput == nil, let block = output.giveBack() { loop.spareOutput = block }
        deadline = nextDeadline
    }

    /// Ends at once: cancels what works for it, and forgets it.
    func close() {
        guard !isClosed else { return }
        isClosed = true
        abandonRequest()
        Glibc.close(descriptor)
        loop.remove(self)
    }

    /// Lets go of the request in process without an answer.
    func abandonRequest() {
        guard let current else { return }
        // In this order: a producer that is woken by the cancellation finds its stream closed.
        current.stream?.channel.close()
        current.task?.cancel()
        if let spool = current.spool { loop.shared.spooler.add(.abandon, for: spool.ticket) }
        if current.reservedBytes > 0 { loop.shared.release(current.reservedBytes) }
        self.current = nil
        requestNumber &+= 1
    }

    /// Tells a client that there is no place for it, as far as its socket takes that without waiting.
    static func refuse(_ descriptor: Int32) {
        let answer: StaticString =
            "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        _ = send(descriptor, answer.utf8Start, answer.utf8CodeUnitCount, Int32(MSG_NOSIGNAL))
        shutdown(descriptor, Int32(SHUT_WR))
        Glibc.close(descriptor)
    }
}
