internal import Core

extension Connection {
    /// A head is complete: finds the route, and refuses what must not be read.
    func begin(_ head: HTTPRequestHead) {
        let request = HTTPRequest(head: head, remoteAddress: address)
        current = CurrentRequest(request)
        do {
            switch loop.shared.router.match(head.method, head.target.segments) {
            case .notFound: return refuse(loop.shared.router.fallback([], for: request))
            case .methodNotAllowed(let methods): return refuse(loop.shared.router.fallback(methods, for: request))
            case .found(let route):
                if route.pattern.hasParameters {
                    current?.request.parameters = route.pattern.parameters(of: head.target.segments)
                }
                current?.route = route
                if let admit = route.admit, let admitted = current?.request, let refusal = admit(admitted) {
                    return refuse(refusal)
                }
                guard head.framing != .none else { return dispatch() }
                current?.decoder = try BodyDecoder(head.framing, limits: loop.limits, bodyLimit: route.body.limit)
                beginBody(route.body)
            }
        } catch {
            refuse(problem(HTTPProblem(describing: error)))
        }
    }

    private func beginBody(_ policy: BodyPolicy) {
        if case .spooled(let directory, _) = policy {
            let ticket = SpoolWorker.Ticket(key: key, mailbox: loop.mailbox)
            current?.spool = ConnectionSpool(ticket: ticket)
            loop.shared.spooler.add(.open(directory: directory), for: ticket)
        }
        if current?.request.head.expectsContinue == true, input.isEmpty {
            lendOutput()
            output.write { $0.append("HTTP/1.1 100 Continue\r\n\r\n") }
        }
        enter(.body)
    }

    /// The request is whole: hands it to its handler.
    func dispatch() {
        guard let request = current?.request, let route = current?.route else { return }
        enter(.handling)
        switch route.handler {
        case .immediate(let handler):
            do {
                answer(try handler(request))
            } catch {
                answer(loop.shared.failure(error, request))
            }
        case .callback(let handler): if let response = handler(request, responder) { answer(response) }
        case .task(let handler):
            let (responder, shared) = (responder(), loop.shared)
            current?.task = Task {
                do {
                    responder.respond(try await handler(request))
                } catch {
                    responder.respond(shared.failure(error, request))
                }
            }
        }
    }

    private func responder() -> HTTPResponder {
        let (mailbox, key) = (loop.mailbox, key)
        return HTTPResponder { mailbox.post(.response(key, $0)) }
    }

    /// A handler has answered from another thread, or later.
    func completed(_ request: UInt32, _ response: HTTPResponse) {
        guard request == requestNumber, phase == .handling else { return }
        answer(response)
        serve()
    }

    // MARK: Refusals

    /// Answers a request whose body, if any, is not read: the connection can only go on where there is none.
    func refuse(_ response: HTTPResponse) {
        if current?.request.head.framing != BodyFraming.none { current?.keepsAlive = false }
        answer(response)
    }

    /// Answers what is not HTTP as it is understood here; what follows cannot be trusted to be a request.
    func refuseSyntax(_ error: HTTPSyntaxError) {
        current?.keepsAlive = false
        answer(problem(HTTPProblem(describing: error)))
    }

    func refuseForWantOfMemory() {
        let error = DeploydError(.unavailable, "Too many large requests are being read. Try again in a moment.")
        refuse(problem(HTTPProblem(error, retryAfter: .seconds(2))))
    }

    func problem(_ problem: HTTPProblem) -> HTTPResponse {
        loop.shared.router.renderProblem(problem, current?.request)
    }
}

extension ServerShared {
    /// The answer for an error that a handler threw; a defect is logged.
    func failure(_ error: any Error, _ request: HTTPRequest) -> HTTPResponse {
        let problem = HTTPProblem(describing: error)
        if problem.status == 500 {
            log.error("a request failed", ["method": "\(request.method)", "path": request.path, "error": "\(error)"])
        }
        return router.renderProblem(problem, request)
    }
}
