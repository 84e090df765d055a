import Core
import Glibc
import HTTPServer
import TestSupport
import Testing

@Suite struct TimeLimitTests {
    private func router() -> HTTPRouter {
        var router = HTTPRouter()
        router.on(.get, "/quick", .immediate { _ in .text("quick") })
        router.post("/body", body: .buffered) { .text("\($0.body.count)") }
        router.get("/forever") { _ in
            try await Task.sleep(for: .seconds(600))
            return .empty()
        }
        let large = [UInt8](repeating: 7, count: 20_000_000)
        router.on(.get, "/large", .immediate { _ in .json(large) })
        return router
    }

    private static let short: @Sendable (inout HTTPServerConfiguration) -> Void = { configuration in
        configuration.timeouts.head = .milliseconds(300)
        configuration.timeouts.bodyIdle = .milliseconds(300)
        configuration.timeouts.body = .milliseconds(900)
        configuration.timeouts.handler = .milliseconds(300)
        configuration.timeouts.keepAlive = .milliseconds(300)
        configuration.timeouts.writeStall = .milliseconds(300)
        configuration.timeouts.linger = .milliseconds(300)
    }

    @Test func silentClientsAreAnsweredAndClosed() async throws {
        let texts = try await withServer(router(), configure: Self.short) { _, address in
            try await onThread {
                try [
                    "", "GET /qu", "POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab",
                    "GET /forever HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                    "GET /quick HTTP/1.1\r\nHost: x\r\n\r\n",
                ].map { request in
                    let client = try RawClient(address)
                    client.send(request)
                    let text = client.restAsText()
                    return "\(text.prefix { $0 != "\r\n" }) \(text.contains("Connection: close"))"
                }
            }
        }
        #expect(
            texts == [
                " false", "HTTP/1.1 408 Request Timeout true", "HTTP/1.1 408 Request Timeout true",
                "HTTP/1.1 504 Gateway Timeout true", "HTTP/1.1 200 OK false",
            ])
    }

    @Test func clientsThatTrickleAreEndedAsAWhole() async throws {
        let texts = try await withServer(router(), configure: Self.short) { _, address in
            try await onThread {
                try [
                    "GET /quick HTTP/1.1\r\nHost: x\r\nX: ",
                    "POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 999\r\n\r\n",
                ].map { request in
                    let client = try RawClient(address)
                    client.send(request)
                    // Each byte is in time; all of them together never end.
                    for _ in 0..<200 where client.send("a") { usleep(20_000) }
                    return String(client.restAsText().prefix { $0 != "\r\n" })
                }
            }
        }
        #expect(texts == ["HTTP/1.1 408 Request Timeout", "HTTP/1.1 408 Request Timeout"])
    }

    @Test func aClientThatTakesNothingIsDropped() async throws {
        let metrics = Metrics()
        let isCut = try await withServer(router(), metrics: metrics, configure: Self.short) { _, address in
            let client = try await onThread {
                let client = try RawClient(address, receiveBuffer: 4096)
                client.send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
                return Held(client)
            }
            let answered = #"deployd_http_requests_total{status="2xx"} 1"#
            #expect(
                await eventually {
                    metrics.text.contains(answered) && metrics.text.contains("deployd_http_connections 0\n")
                })
            return try await onThread { (client.client?.rest().count ?? 0) < 20_000_000 }
        }
        #expect(isCut)
    }
}
