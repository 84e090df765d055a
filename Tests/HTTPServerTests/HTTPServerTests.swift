import Core
import HTTPServer
import Synchronization
import TestSupport
import Testing

@Suite struct HTTPServerTests {
    private func router() -> HTTPRouter {
        var router = HTTPRouter()
        router.on(.get, "/healthz", .immediate { _ in .text("ok\n") })
        router.on(.get, "/one/{n}", .immediate { .text("\($0.parameters["n"] ?? "?") ") })
        router.get("/task/{n}") { request in
            await Task.yield()
            return .text("task \(request.parameters["n"] ?? "?")")
        }
        router.post("/echo", body: .buffered(limit: 100_000)) { .json($0.body, status: 201) }
        router.on(
            .post, "/thread", body: .buffered,
            .callback { request, later in
                let responder = later()
                Task { responder.respond(.text("\(request.body.count) bytes", status: 202)) }
                return nil
            })
        router.on(
            .get, "/dropped",
            .callback { _, later in
                _ = later()
                return nil
            })
        router.get("/large") { _ in .text(String(repeating: "x", count: 3_000_000)) }
        router.get("/fails") { _ in throw DeploydError(.internal, "It broke.") }
        router.get("/split") { _ in HTTPResponse(status: 200, headers: [("X-A", "1\r\nX-B: 2"), ("Date", "never")]) }
        router.get("/who") { .text($0.remoteAddress.host) }
        return router
    }

    @Test func answersEveryKindOfHandlerOnOneConnection() async throws {
        let answers = try await withServer(router()) { _, address in
            try await onThread {
                let client = try RawClient(address)
                let requests = [
                    "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n",
                    "\r\nGET /task/7 HTTP/1.1\r\nHost: x\r\n\r\n",
                    "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n[12]",
                    "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n2\r\nde\r\n0\r\nT: x\r\n\r\n",
                    "POST /thread HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nab",
                    "GET /dropped HTTP/1.1\r\nHost: x\r\n\r\n",
                    "GET /fails HTTP/1.1\r\nHost: x\r\n\r\n",
                    "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n",
                    "GET /who HTTP/1.1\r\nHost: x\r\n\r\n",
                ]
                return requests.map { request in
                    client.send(request)
                    guard let answer = try? client.answer() else { return "closed" }
                    return "\(answer.status) \(answer.body.prefix(19))"
                }
            }
        }
        #expect(
            answers == [
                "200 ok\n", "200 task 7", "201 [12]", "201 abcde", "202 2 bytes", #"500 {"detail":"The serv"#,
                #"500 {"code":"internal","#, #"404 {"code":"notFound","#, "200 127.0.0.1",
            ])
    }

    @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
        let bodies = try await withServer(router()) { _, address in
            try await onThread {
                let client = try RawClient(address)
                var text = ""
                for index in 0..<500 {
                    let path = index.isMultiple(of: 7) ? "/task/\(index)" : "/one/\(index)"
                    text += "GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n"
                }
                client.send(text)
                return try (0..<500).map { _ in try client.answer().body.filter(\.isNumber) }
            }
        }
        #expect(bodies == (0..<500).map(String.init))
    }

    @Test func versionsAndMethodsDecideFramingAndConnection() async throws {
        let texts = try await withServer(router()) { _, address in
            try await onThread {
                try [
                    "GET /healthz HTTP/1.0\r\n\r\n",
                    "GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\nConnection: Close\r\n\r\n",
                    "HEAD /healthz HTTP/1.1\r\nHost: x\r\nConnection: te, close\r\n\r\n",
                    "OPTIONS * HTTP/1.0\r\n\r\n",
                    "GET /split HTTP/1.0\r\n\r\n",
                ].map { request in
                    let client = try RawClient(address)
                    client.send(request)
                    return client.restAsText().split(separator: "\r\n", omittingEmptySubsequences: false)
                        .filter { !$0.hasPrefix("Date: ") && !$0.hasPrefix("Content-Type") }.joined(separator: "|")
                }
            }
        }
        #expect(
            texts == [
                "HTTP/1.1 200 OK|Content-Length: 3|Connection: close||ok\n",
                "HTTP/1.1 200 OK|Content-Length: 3|Connection: keep-alive||ok\n"
                    + "HTTP/1.1 200 OK|Content-Length: 3|Connection: close||ok\n",
                "HTTP/1.1 200 OK|Content-Length: 3|Connection: close||",
                "HTTP/1.1 404 Not Found|Content-Length: 115|Connection: close||"
                    + #"{"code":"notFound","detail":"There is nothing at this path.","status":404,"title":"Not Found","type":"about:blank"}"#,
                "HTTP/1.1 200 OK|X-A: 1  X-B: 2|Content-Length: 0|Connection: close||",
            ])
    }

    @Test func largeAnswersReachASlowReader() async throws {
        let lengths = try await withServer(router()) { _, address in
            try await onThread {
                let client = try RawClient(address, receiveBuffer: 4096)
                client.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
                return [try client.answer().body.count, try client.answer().body.count]
            }
        }
        #expect(lengths == [3_000_000, 3])
    }

    @Test func aClientThatClosesItsSideStillGetsItsAnswer() async throws {
        let lengths = try await withServer(router()) { _, address in
            try await onThread {
                try ["/large", "/task/1", "/healthz"].map { path in
                    let client = try RawClient(address, receiveBuffer: 4096)
                    client.send("GET \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
                    client.finish()
                    let body = try client.answer().body
                    return client.rest().isEmpty ? body.count : -1
                }
            }
        }
        #expect(lengths == [3_000_000, 6, 3])
    }

    @Test func addressesThatCannotBeAreRefused() {
        let addresses = ["127.0.0.1", "127.0.0.1:http", "127.0.0.1:65536", "::1:80", "[]:80", "[::1:80", ""]
        let messages = addresses.map { address in
            let configuration = HTTPServerConfiguration(address: address)
            let server = WebServer(
                configuration: configuration, router: HTTPRouter(), metrics: Metrics(), log: Log(write: { _ in }))
            do {
                return try server.start().description
            } catch {
                return "\(error)"
            }
        }
        #expect(
            messages == addresses.map { "Cannot listen on '\($0)': write host:port, such as 127.0.0.1:8420." })
    }

    @Test func aPortInUseIsRefusedWithAdvice() async throws {
        let message = try await withServer(router()) { _, address in
            let configuration = HTTPServerConfiguration(address: "127.0.0.1:\(address.port)")
            let second = WebServer(
                configuration: configuration, router: HTTPRouter(), metrics: Metrics(), log: Log(write: { _ in }))
            do {
                _ = try second.start()
                return "started"
            } catch {
                return "\(error)".replacing("\(address.port)", with: "PORT")
            }
        }
        #expect(
            message == "Cannot listen on 127.0.0.1:PORT: Address already in use. "
                + "Stop the program that listens there, or choose another port.")
    }

    @Test func countsRequestsAndConnections() async throws {
        let metrics = Metrics()
        try await withServer(router(), metrics: metrics) { _, address in
            try await onThread {
                let client = try RawClient(address)
                client.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /no HTTP/1.1\r\nHost: x\r\n\r\n")
                _ = try (client.answer(), client.answer())
            }
            #expect(
                await eventually {
                    let lines = metrics.text.split(separator: "\n").filter { !$0.hasPrefix("#") }
                    return lines == [
                        "deployd_http_connections 0", "deployd_http_connections_evicted_total 0",
                        "deployd_http_connections_refused_total 0",
                        #"deployd_http_requests_total{status="2xx"} 1"#,
                        #"deployd_http_requests_total{status="4xx"} 1"#,
                    ]
                })
        }
    }
}
