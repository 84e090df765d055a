internal import Core

extension Connection {
    /// The time until which something must happen, as things are.
    var nextDeadline: Int64 {
        let timeouts = loop.timeouts
        // A client that takes its answer slowly is not idle.
        if !output.isEmpty { return lastOutput + timeouts.writeStall }
        switch phase {
        case .head:
            let isIdle = input.isEmpty && parser.isAtStart && requestNumber > 0
            return phaseStart + (isIdle ? timeouts.keepAlive : timeouts.head)
        case .body: return min(lastInput + timeouts.bodyIdle, phaseStart + timeouts.body)
        case .handling: return phaseStart + timeouts.handler
        case .streaming: return current?.stream?.heartbeat.map { lastOutput + $0.every } ?? .max
        case .closing: return phaseStart + timeouts.linger
        }
    }

    /// Called by the loop's sweep.
    func deadlineReached() {
        if !output.isEmpty { return close() }
        switch phase {
        case .head where input.isEmpty && parser.isAtStart, .closing: close()
        case .head: tooLate("The request's head took too long.")
        case .body: tooLate("The request's body took too long.")
        case .handling:
            current?.task?.cancel()
            loop.shared.log.error("a request took too long", ["path": current?.request.path ?? ""])
            answer(
                problem(HTTPProblem(DeploydError(.timedOut, "The request took too long. Look whether it had effect."))))
            serve()
        case .streaming: beat()
        }
    }

    private func tooLate(_ reason: String) {
        refuseSyntax(HTTPSyntaxError(status: 408, reason: reason))
        serve()
    }
}
