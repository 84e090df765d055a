import Core
import HTTPServer
import Testing

@Suite struct HTTPRouterTests {
    private func router() -> HTTPRouter {
        var router = HTTPRouter()
        router.get("/") { _ in .text("root") }
        router.get("/apps") { _ in .text("apps") }
        router.get("/apps/{app}") { .text("app \($0.parameters["app"] ?? "?")") }
        router.get("/apps/new") { _ in .text("literal") }
        router.post("/apps/{app}/stop", body: .none) { .text("stop \($0.parameters["app"] ?? "?")") }
        router.delete("/apps/new") { _ in .empty() }
        router.put("/apps/{name}") { .text("put \($0.parameters["name"] ?? "?") \($0.body.count)") }
        router.on(.get, "/assets/{path...}", .immediate { .text("asset \($0.parameters["path"] ?? "?")") })
        router.on(
            .post, "/hooks/{provider}", body: .buffered(limit: 4),
            .callback { request, _ in .text(request.parameters["provider"] ?? "?") })
        router.get("/silent") { _ in throw DeploydError(.conflict, "Already so.") }
        router.on(
            .get, "/dropped",
            .callback { _, later in
                _ = later()
                return nil
            })
        return router
    }

    @Test func answersByMethodAndPath() async throws {
        let router = router()
        let cases: [(HTTPMethod, String, String)] = [
            (.get, "/", "200 root"),
            (.get, "/apps", "200 apps"),
            (.head, "/apps", "200 apps"),
            (.get, "/apps?after=x", "200 apps"),
            (.get, "http://localhost/apps", "200 apps"),
            (.get, "/apps/hello", "200 app hello"),
            (.get, "/apps/acme%2Fhello", "200 app acme/hello"),
            (.get, "/apps/new", "200 literal"),
            (.put, "/apps/new", "200 put new 0"),
            (.delete, "/apps/new", "204 "),
            (.post, "/apps/x/stop", "200 stop x"),
            (.get, "/assets/js/app.js", "200 asset js/app.js"),
            (.post, "/hooks/github", "200 github"),
            (.get, "/apps/", "404 "),
            (.get, "/nothing", "404 "),
            (.get, "/assets", "404 "),
            (.post, "/apps/new", "405 DELETE, GET, HEAD, OPTIONS, PUT"),
            (.delete, "/apps/x", "405 GET, HEAD, OPTIONS, PUT"),
            (.options, "/apps/x/stop", "204 OPTIONS, POST"),
            (.get, "/silent", "409 "),
            (.get, "/dropped", "500 "),
        ]
        var answers: [String] = []
        for (method, target, _) in cases {
            let response = await router.respond(to: try HTTPRequest(method, target))
            let text =
                response.status == 200
                ? String(decoding: response.bytes ?? [], as: UTF8.self) : response.header("allow")
            answers.append("\(response.status) \(text ?? "")")
        }
        #expect(answers == cases.map(\.2))
    }

    @Test func problemsSayWhatToDo() async throws {
        let tooLarge = await router().respond(to: try HTTPRequest(.post, "/hooks/x", body: Array("12345".utf8)))
        let invalid = HTTPProblem(
            DeploydError(.invalid, "The body is wrong."), errors: [.init(pointer: "/name", detail: "is missing")])
        let busy = HTTPProblem(DeploydError(.exhausted, "Too many wait."), retryAfter: .milliseconds(1200)).response
        let hidden = HTTPProblem(describing: SecretFailure()).response
        #expect(
            [tooLarge, invalid.response, busy, hidden].map { String(decoding: $0.bytes ?? [], as: UTF8.self) } == [
                #"{"code":"tooLarge","detail":"The body may have at most 4 bytes.","status":413,"title":"Content Too Large","type":"about:blank"}"#,
                #"{"code":"invalid","detail":"The body is wrong.","errors":[{"detail":"is missing","pointer":"/name"}],"status":400,"title":"Bad Request","type":"about:blank"}"#,
                #"{"code":"exhausted","detail":"Too many wait.","status":429,"title":"Too Many Requests","type":"about:blank"}"#,
                #"{"code":"internal","detail":"The server failed; its log says more.","status":500,"title":"Internal Server Error","type":"about:blank"}"#,
            ])
        #expect([busy.header("retry-after"), tooLarge.header("content-type")] == ["2", "application/problem+json"])
    }

    @Test func requestsAreReadByCaseAndDecoded() throws {
        let request = try HTTPRequest(
            .get, "/a%20b/c?x=1&x=2&name=a+b%26c&flag&=e",
            headers: [("Accept", "a"), ("X-Two", "1"), ("x-two", " 2 "), ("Empty", "")])
        let query = request.query.map { "\($0.0)=\($0.1)" }
        #expect(request.segments + query == ["a b", "c", "x=1", "x=2", "name=a b&c", "flag=", "=e"])
        #expect(
            [request.header("accept"), request.header("EMPTY"), request.header("none"), request.query("x")]
                == ["a", "", nil, "1"])
        #expect(request.headers(named: "X-TWO") == ["1", "2"])
        #expect([request.path, request.target] == ["/a%20b/c", "/a%20b/c?x=1&x=2&name=a+b%26c&flag&=e"])
    }
}

private struct SecretFailure: Error { let password = "hunter2" }
