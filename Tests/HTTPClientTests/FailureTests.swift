import Core
import HTTPClient
import TestSupport
import Testing

@Suite struct FailureTests {
    private let session = HTTPClientSession()

    @Test func saysWhatFailedAndWhere() async throws {
        let server = RawServer { request, connection in
            switch request.path {
            case "/silent": connection.waitForClient()
            case "/cut": connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
            case "/garbage": connection.write("SSH-2.0-OpenSSH_9.2\r\n\r\n")
            case "/headers":
                let line = "X-Padding: \(String(repeating: "x", count: 60_000))\r\n"
                connection.write("HTTP/1.1 200 OK\r\n" + String(repeating: line, count: 5) + "\r\n")
            case "/loop": return connection.answer(status: "302 Found", headers: ["Location: /loop"])
            case "/file": return connection.answer(status: "302 Found", headers: ["Location: file:///etc/passwd"])
            default: break
            }
            connection.end()
        }
        let closed = "127.0.0.1:\(closedPort())"
        let host = String(server.url.dropFirst("http://".count))
        let cases: [(url: String, code: DeploydError.Code, message: String)] = [
            ("http://\(closed)/", .unavailable, "cannot connect to \(closed): Connection refused"),
            ("http://user:pass@\(closed)/secret", .unavailable, "cannot connect to \(closed): Connection refused"),
            ("http://no-such-host.invalid/", .unavailable, "cannot find the host no-such-host.invalid"),
            ("\(server.url)/silent", .timedOut, "\(host) did not answer within 0.5 seconds"),
            ("\(server.url)/cut", .unavailable, "the connection to \(host) broke off"),
            ("\(server.url)/none", .unavailable, "\(host) closed the connection without an answer"),
            ("\(server.url)/garbage", .unavailable, "\(host) does not answer in HTTP"),
            ("\(server.url)/headers", .tooLarge, "the headers of \(host)'s answer are too large"),
            ("\(server.url)/loop", .unavailable, "\(host) redirects without end"),
            ("\(server.url)/file", .unavailable, "\(host) redirects to what is not http or https"),
            ("ftp://\(host)/", .invalid, "a URL to be requested is not one of http or https"),
            ("not a url", .invalid, "a URL to be requested is not one of http or https"),
            ("http://", .invalid, "a URL to be requested is not one of http or https"),
        ]
        for (url, code, message) in cases {
            // Only the silent one is to run out of time.
            let timeout = Duration.milliseconds(url.hasSuffix("/silent") ? 500 : 60_000)
            let request = HTTPClientRequest("GET", url, timeout: timeout, followRedirects: true)
            let error = await #expect(throws: DeploydError.self) { try await session.send(request) }
            #expect([error?.code.rawValue, error?.message] == [code.rawValue, message])
        }
    }

    @Test func refusesWhatWouldForgeARequest() async {
        let server = RawServer { _, connection in connection.answer() }
        let requests = [
            HTTPClientRequest("GET / HTTP/1.1\r\nX: y", server.url), HTTPClientRequest("", server.url),
            HTTPClientRequest("GET", server.url + "/\r\nX: y"),
            HTTPClientRequest("GET", server.url, headers: [("X", "y\r\nZ: z")]),
            HTTPClientRequest("GET", server.url, headers: [("X\r\nY", "z")]),
            HTTPClientRequest("GET", server.url, headers: [("X:", "z")]),
            HTTPClientRequest("GET", server.url, headers: [("content-length", "3")]),
            HTTPClientRequest("POST", server.url, headers: [("Transfer-Encoding", "chunked")]),
            HTTPClientRequest("PUT", server.url, body: .file("/dev/zero")),
            HTTPClientRequest("PUT", server.url, body: .file("/no/such/file")),
        ]
        for request in requests {
            let error = await #expect(throws: DeploydError.self) { try await session.send(request) }
            #expect(error?.code == .invalid)
        }
        #expect(server.accepted == 0)
    }

    @Test func sendsAgainWhenAKeptConnectionWasClosed() async throws {
        let server = RawServer { request, connection in
            connection.answer("\(request.connection) \(request.body.count)")
            if request.connection == 1 { connection.end() }
        }
        let directory = TemporaryDirectory()
        try write("twelve bytes", to: directory.appending("f"))
        let request = HTTPClientRequest("PUT", server.url, body: .file(directory.appending("f")))
        let texts = [try await session.send(request).text, try await session.send(request).text]
        #expect(texts == ["1 12", "2 12"])
    }
}
