internal import Core
import Glibc

extension Connection {
    /// Receives once, if the socket is known to have something.
    /// - Returns: whether something came.
    func receive() -> Bool {
        guard isReadable, !isAtEnd else { return false }
        if !input.hasBlock {
            input.lend(loop.takeSpareInput())
        }
        let (count, mayHaveMore) = input.receive(from: descriptor)
        if count > 0 {
            lastInput = loop.now
            // All was taken; but an end that epoll has announced is still to come, and will not be announced again.
            if !mayHaveMore, !isHalfClosed { isReadable = false }
            return true
        }
        switch -Int32(count) {
        case 0: isAtEnd = true
        case EAGAIN: isReadable = false
        case EINTR: return true
        default: close()
        }
        return false
    }

    /// Reads on in a request's head.
    /// - Returns: false when more bytes are needed.
    func readHead() -> Bool {
        guard !input.isEmpty else { return false }
        if parser.isAtStart, current == nil { phaseStart = loop.now }
        do {
            let head = try input.withBytes { bytes throws(HTTPSyntaxError) in try parser.advance(bytes) }
            guard let head else { return false }
            input.consume(parser.consumed)
            parser = RequestHeadParser(limits: loop.limits)
            begin(head)
        } catch {
            refuseSyntax(error)
        }
        return true
    }

    /// Reads on in the body.
    /// - Returns: false when more bytes are needed.
    func readBody() -> Bool {
        do {
            var consumed = 0
            let (piece, isTaken) = try input.withBytes { bytes throws(HTTPSyntaxError) in
                let piece = try current?.decoder?.next(bytes, at: &consumed) ?? .end
                guard case .data(let range) = piece else { return (piece, true) }
                return (piece, bytes.extracting(range).withUnsafeBufferPointer(take))
            }
            input.consume(consumed)
            if piece == .needsMore { return false }
            if piece == .end { endBody() } else if !isTaken { refuseForWantOfMemory() }
        } catch {
            refuseSyntax(error)
        }
        return true
    }

    /// Puts a piece of the body where the route wants it.
    /// - Returns: false when memory for bodies is used up.
    private func take(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        if let spool = current?.spool {
            current?.spool?.outstanding += bytes.count
            loop.shared.spooler.add(.write(Array(bytes)), for: spool.ticket)
            return true
        }
        guard loop.shared.reserve(bytes.count) else { return false }
        current?.reservedBytes += bytes.count
        current?.body.append(bytes)
        return true
    }

    private func endBody() {
        guard let spool = current?.spool else {
            if let body = current?.body.take() { current?.request.body = body }
            return dispatch()
        }
        current?.spool?.isComplete = true
        loop.shared.spooler.add(.finish, for: spool.ticket)
        enter(.handling)
    }

    /// The thread that writes bodies to files has news.
    func spooled(_ request: UInt32, _ outcome: SpoolOutcome) {
        guard request == requestNumber, current?.spool != nil else { return }
        switch outcome {
        case .written(let bytes):
            current?.spool?.outstanding -= bytes
            lastInput = loop.now
        case .finished(let body):
            current?.request.spooledBody = body
            current?.spool = nil
            dispatch()
        case .failed(let error):
            loop.shared.log.error(
                "a body could not be spooled", ["error": "\(error)", "metadata": "\(error.metadata)"])
            current?.spool = nil
            current?.keepsAlive = false
            answer(problem(HTTPProblem(error, retryAfter: .seconds(5))))
        }
        serve()
    }

    func discardInput() {
        // A client that sends on and on must not hold the connection for the whole of `linger`.
        discarded += input.count
        input.discard()
        if discarded > 4 << 20 { close() }
    }
}
