import Core
import Glibc
import HTTPClient
import TestSupport
import Testing

@Suite struct SendTests {
    private let session = HTTPClientSession()

    /// Answers with what it was asked.
    private static let echo: RawServer.Handler = { request, connection in
        let text = ([request.line] + request.headers.sorted()).joined(separator: "\n")
        connection.answer(text + "\n\n" + String(decoding: request.body, as: UTF8.self))
    }

    @Test func sendsWhatIsAskedAndNothingElse() async throws {
        let server = RawServer(Self.echo)
        let host = "Host: \(server.url.dropFirst("http://".count))"
        let directory = TemporaryDirectory()
        let path = directory.appending("body")
        try write("from a file", to: path)
        let common = "Accept: */*\n"
        let cases: [(HTTPClientRequest, String)] = [
            (
                HTTPClientRequest("GET", server.url + "/a?b=c%20d"),
                "GET /a?b=c%20d HTTP/1.1\n\(common)\(host)\nUser-Agent: deployd\n\n"
            ),
            (HTTPClientRequest("DELETE", server.url), "DELETE / HTTP/1.1\n\(common)\(host)\nUser-Agent: deployd\n\n"),
            (
                HTTPClientRequest(
                    "POST", server.url + "/p", headers: [("Content-Type", "text/x"), ("X-Empty", "")],
                    body: .bytes(Array("body\0!".utf8))),
                "POST /p HTTP/1.1\n\(common)Content-Length: 6\nContent-Type: text/x\n\(host)\nUser-Agent: deployd\nX-Empty:\n\nbody\0!"
            ),
            (
                HTTPClientRequest("POST", server.url),
                "POST / HTTP/1.1\n\(common)Content-Length: 0\n\(host)\nUser-Agent: deployd\n\n"
            ),
            (
                HTTPClientRequest("PUT", server.url + "/f", headers: [("user-agent", "other")], body: .file(path)),
                "PUT /f HTTP/1.1\n\(common)Content-Length: 11\n\(host)\nuser-agent: other\n\nfrom a file"
            ),
            (
                HTTPClientRequest("PATCH", server.url, body: .bytes([])),
                "PATCH / HTTP/1.1\n\(common)Content-Length: 0\n\(host)\nUser-Agent: deployd\n\n"
            ),
        ]
        for (request, expected) in cases { #expect(try await session.send(request).text == expected) }
        #expect(server.accepted == 1, "one connection serves all")
    }

    @Test func givesStatusHeadersAndBodyAsTheyCame() async throws {
        let server = RawServer { request, connection in
            switch request.path {
            case "/informed":
                connection.write("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n")
                connection.answer("made", status: "201 Created", headers: ["X-A:  spaced \t", "x-a: second", "Empty:"])
            case "/chunked":
                connection.write(
                    "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nTrailer: t\r\n\r\n"
                )
            case "/moved": connection.answer("elsewhere", status: "302 Found", headers: ["Location: /informed"])
            case "/head": connection.write("HTTP/1.1 204 No Content\r\nContent-Length: 10\r\n\r\n")
            default: connection.answer(status: "503 Service Unavailable")
            }
        }
        func summary(_ path: String, _ method: String = "GET", follow: Bool = false) async throws -> String {
            let response = try await session.send(
                HTTPClientRequest(method, server.url + path, followRedirects: follow))
            let headers = response.headers.map { "\($0)=\($1)" }.filter { !$0.hasPrefix("Content-Length") }
            return "\(response.status) \(headers) \(response.text)"
        }
        let results = [
            try await summary("/informed"), try await summary("/chunked"), try await summary("/moved"),
            try await summary("/moved", follow: true), try await summary("/head", "HEAD"), try await summary("/"),
        ]
        #expect(
            results == [
                #"201 ["X-A=spaced", "x-a=second", "Empty="] made"#,
                #"404 ["Transfer-Encoding=chunked"] abcde"#,
                #"302 ["Location=/informed"] elsewhere"#,
                #"201 ["X-A=spaced", "x-a=second", "Empty="] made"#,
                "204 [] ", "503 [] ",
            ])
    }

    @Test func readsLargeBodiesUpToTheBound() async throws {
        let server = RawServer { _, connection in
            connection.answer(String(repeating: "0123456789", count: 300_000))
        }
        let request = HTTPClientRequest("GET", server.url, maximumResponseBytes: 3_000_000)
        let response = try await session.send(request)
        #expect(response.text == String(repeating: "0123456789", count: 300_000))
        var tight = request
        tight.maximumResponseBytes = 2_999_999
        #expect(await failure(tight) == .tooLarge)
    }

    @Test func oneThreadServesManyAtOnce() async throws {
        let server = RawServer { request, connection in connection.answer(request.path) }
        let answers = try await withThrowingTaskGroup(of: String.self) { group in
            for index in 0..<200 {
                group.addTask { try await session.send(HTTPClientRequest("GET", "\(server.url)/\(index)")).text }
            }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(answers == Set((0..<200).map { "/\($0)" }))
    }

    @Test func goesThroughSockets() async throws {
        let directory = TemporaryDirectory()
        let path = directory.appending("s")
        let server = RawServer(unixSocket: path) { request, connection in connection.answer(request.line) }
        let response = try await session.send(HTTPClientRequest("GET", server.url + "/x", unixSocket: path))
        #expect(response.text == "GET /x HTTP/1.1")
        let missing = HTTPClientRequest("GET", server.url, unixSocket: directory.appending("none"))
        let long = HTTPClientRequest("GET", server.url, unixSocket: "/" + String(repeating: "x", count: 107))
        #expect([await failure(missing), await failure(long)] == [.unavailable, .invalid])
    }

    @Test func connectionsAreNotInherited() async throws {
        let server = RawServer { _, connection in connection.answer() }
        _ = try await session.send(HTTPClientRequest("GET", server.url))
        let flags = (3..<Int(getdtablesize())).filter {
            peerPort(Int32($0)).map { server.url.hasSuffix(":\($0)") } ?? false
        }
        .map { fcntl(Int32($0), F_GETFD) & FD_CLOEXEC }
        #expect(flags == [FD_CLOEXEC])
    }

    @Test func requestsDoNotShowSecrets() {
        let request = HTTPClientRequest(
            "PUT", "https://me:hunter2@example.com/hunter2?token=hunter2", headers: [("Authorization", "hunter2")],
            body: .bytes(Array("hunter2".utf8)))
        var dumped = ""
        dump(request, to: &dumped)
        #expect("\(request)" == "PUT to example.com" && !"\(dumped)\([request])".contains("hunter2"))
    }

    @Test func cancelledTasksEndTheirTransfers() async throws {
        let server = RawServer { _, connection in connection.waitForClient() }
        let task = Task { try await session.send(HTTPClientRequest("GET", server.url)) }
        #expect(await eventually { server.accepted == 1 })
        task.cancel()
        let error = await #expect(throws: DeploydError.self) { try await task.value }
        #expect(error?.code == .cancelled)

        let early = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await session.send(HTTPClientRequest("GET", server.url))
        }
        let second = await #expect(throws: DeploydError.self) { try await early.value }
        #expect([second?.code, server.accepted == 1 ? .cancelled : nil] == [.cancelled, .cancelled])
    }

    private func failure(_ request: HTTPClientRequest) async -> DeploydError.Code? {
        await #expect(throws: DeploydError.self) { try await session.send(request) }?.code
    }
}

private func peerPort(_ socket: Int32) -> UInt16? {
    var address = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let code = withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(socket, $0, &size) }
    }
    return code == 0 && address.sin_family == AF_INET ? UInt16(bigEndian: address.sin_port) : nil
}
