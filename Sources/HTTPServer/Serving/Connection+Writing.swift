import Glibc

extension Connection {
    /// Writes `response` for the request in process, or for one that was not understood.
    func answer(_ response: HTTPResponse) {
        let minorVersion = current?.request.head.minorVersion ?? 1
        var keepsAlive = (current?.keepsAlive ?? false) && !loop.isDraining
        let hasBody = response.status != 204 && response.status != 304
        var framing: ResponseHead.Framing
        switch response.body {
        case .bytes(let bytes): framing = hasBody ? .length(bytes.count) : .none
        case .stream where minorVersion == 0:
            framing = .untilClose
            keepsAlive = false
        case .stream: framing = hasBody ? .chunked : .none
        }
        current?.keepsAlive = keepsAlive
        let head = ResponseHead(
            status: response.status, framing: framing, keepsAlive: keepsAlive, minorVersion: minorVersion)
        lendOutput()
        let date = loop.date.line
        output.write { head.write(response.headers, date: date, to: &$0) }
        loop.answered[min(5, max(0, response.status / 100))] += 1
        let isWanted = hasBody && current?.isHead != true
        switch response.body {
        case .bytes(let bytes):
            if isWanted { output.append(bytes) }
            finishRequest()
        case .stream(let stream) where isWanted && !loop.isDraining: begin(stream, isChunked: framing == .chunked)
        case .stream:
            if isWanted, framing == .chunked { output.write { $0.append("0\r\n\r\n") } }
            finishRequest()
        }
    }

    /// The response is queued whole: on to the next request, or to the end.
    func finishRequest() {
        let keepsAlive = current?.keepsAlive ?? false
        if let spool = current?.spool { loop.shared.spooler.add(.abandon, for: spool.ticket) }
        if let reserved = current?.reservedBytes, reserved > 0 { loop.shared.release(reserved) }
        current = nil
        requestNumber &+= 1
        enter(keepsAlive ? .head : .closing)
    }

    /// Sends what waits; a stream then goes on.
    func flush() {
        while !isClosed {
            guard sendWaiting() else { return }
            guard phase == .streaming, takeFromStream() else { break }
        }
        if !isClosed, phase == .closing, !hasShutDown {
            hasShutDown = true
            phaseStart = loop.now
            shutdown(descriptor, Int32(SHUT_WR))
        }
    }

    /// - Returns: whether all was sent.
    private func sendWaiting() -> Bool {
        if output.isEmpty { return true }
        guard isWritable else { return false }
        switch output.send(to: descriptor) {
        case .drained:
            lastOutput = loop.now
            return true
        case .blocked(let progress):
            isWritable = false
            if progress { lastOutput = loop.now }
        case .failed: close()
        }
        return false
    }

    /// Takes the loop's block where this connection has none. What waits for a stalled client began now.
    func lendOutput() {
        if output.isEmpty { lastOutput = loop.now }
        guard !output.hasStorage, let block = loop.spareOutput else { return }
        output.lend(block)
        loop.spareOutput = nil
    }

    func enter(_ next: Phase) {
        phase = next
        phaseStart = loop.now
        if next == .body { lastInput = loop.now }
    }
}
