import Core
import HTTPClient
import TestSupport
import Testing

@Suite struct ProxyTests {
    private let session = HTTPClientSession()

    /// The one that is named is asked for every host, also for those of this machine.
    @Test func asksTheNamedProxy() async throws {
        let proxy = RawServer { request, connection in connection.answer(request.line) }
        let lines = try await ["http://nowhere.invalid/a", "http://127.0.0.1:9/b"].asyncMap { url in
            try await session.send(HTTPClientRequest("GET", url, proxy: proxy.url)).text
        }
        #expect(lines == ["GET http://nowhere.invalid/a HTTP/1.1", "GET http://127.0.0.1:9/b HTTP/1.1"])
    }

    /// What the proxy says of the tunnel is not taken for the answer.
    @Test func readsTheAnswerBehindATunnel() async throws {
        let peer = try await TLSPeer()
        let proxy = RawServer { request, connection in
            guard request.line.hasPrefix("CONNECT 127.0.0.1:"),
                !request.headers.contains(where: { $0.hasPrefix("Authorization") }),
                let port = request.path.split(separator: ":").last.flatMap({ UInt16($0) })
            else { return connection.answer(status: "400 Bad Request") }
            connection.write("HTTP/1.1 200 Connection established\r\nX-Proxy: yes\r\n\r\n")
            connection.tunnel(to: port)
        }
        let request = HTTPClientRequest(
            "GET", peer.url, headers: [("Authorization", "Bearer x")], tls: peer.tls, proxy: proxy.url)
        let response = try await session.send(request)
        #expect(response.status == 200 && response.header("X-Proxy") == nil && response.text.contains("Client cert"))
    }

    @Test func saysThatTheProxyRefuses() async throws {
        let proxy = RawServer { _, connection in connection.answer(status: "403 Forbidden") }
        let request = HTTPClientRequest("GET", "https://127.0.0.1:9/", proxy: proxy.url)
        let error = await #expect(throws: DeploydError.self) { try await session.send(request) }
        #expect(error?.code == .unavailable)
    }
}

extension Sequence {
    fileprivate func asyncMap<Value>(_ transform: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}
