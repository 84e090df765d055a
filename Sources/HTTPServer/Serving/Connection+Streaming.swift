internal import Core

extension Connection {
    /// The head of a streamed response is queued: starts its producer.
    func begin(_ stream: HTTPStream, isChunked: Bool) {
        let (mailbox, key) = (loop.mailbox, key)
        let channel = StreamChannel(limit: stream.bufferLimit) { mailbox.post(.stream(key)) }
        let heartbeat = stream.heartbeat.map { (every: max(1, $0.every.milliseconds), bytes: $0.bytes) }
        current?.stream = (channel, isChunked, heartbeat)
        current?.task = Task {
            await stream.produce(HTTPStreamWriter(channel: channel))
            if stream.endsWithProducer { channel.finish() } else { channel.leave() }
        }
        // Nobody asks for the request any more, and a stream may last for days.
        current?.request.forget()
        enter(.streaming)
    }

    /// The producer made something, or has ended.
    func streamHasContent(_ request: UInt32) {
        guard request == requestNumber, phase == .streaming else { return }
        if current?.task != nil, current?.stream?.channel.isLeft == true { current?.task = nil }
        _ = takeFromStream()
        serve()
    }

    /// Moves what the producer made to the output, while the client keeps up: what piles up stays in the channel,
    /// where it is bounded.
    /// - Returns: whether there is something to send.
    func takeFromStream() -> Bool {
        guard output.count < Connection.outputWindow, let stream = current?.stream else { return false }
        switch stream.channel.take() {
        case .nothing: return false
        case .tooSlow:
            loop.shared.log.info("a client read a stream too slowly and was dropped", ["client": address.host])
            close()
            return false
        case .bytes(let bytes): write(bytes, isChunked: stream.isChunked)
        case .end: endStream()
        }
        return true
    }

    private func write(_ bytes: [UInt8], isChunked: Bool) {
        lendOutput()
        guard isChunked else { return output.append(bytes) }
        output.write { $0.append(contentsOf: "\(String(bytes.count, radix: 16))\r\n".utf8) }
        output.append(bytes)
        output.write { $0.append("\r\n") }
    }

    /// Ends the body in good order; the producer is told, if it still works.
    private func endStream() {
        guard let stream = current?.stream else { return }
        stream.channel.close()
        current?.task?.cancel()
        lendOutput()
        if stream.isChunked { output.write { $0.append("0\r\n\r\n") } }
        finishRequest()
    }

    func beat() {
        guard let stream = current?.stream, let heartbeat = stream.heartbeat, output.isEmpty else { return }
        write(heartbeat.bytes, isChunked: stream.isChunked)
        serve()
    }

    /// The server stops: idle connections close, streams end, and what is in process is answered before the end.
    func drain() {
        switch phase {
        case .head where input.isEmpty && parser.isAtStart:
            if output.isEmpty { return close() }
            enter(.closing)
        case .streaming:
            current?.keepsAlive = false
            endStream()
        case .head, .body, .handling, .closing: break
        }
        serve()
    }
}
