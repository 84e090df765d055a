import Core
import HTTPServer
import Synchronization
import TestSupport
import Testing

/// More connections than there are places.
@Suite struct CrowdTests {
    private static let bound: @Sendable (inout HTTPServerConfiguration) -> Void = { configuration in
        configuration.maximumConnections = 3
        // Room is made among a loop's own connections.
        configuration.loops = 1
    }

    private func router(begun: @escaping @Sendable () -> Void = {}) -> HTTPRouter {
        var router = HTTPRouter()
        router.on(.get, "/quick", .immediate { _ in .text("quick") })
        router.get("/forever") { _ in
            begun()
            try await Task.sleep(for: .seconds(600))
            return .empty()
        }
        return router
    }

    @Test func whoSendsNoWholeRequestMakesRoomTheOldestFirst() async throws {
        let metrics = Metrics()
        let outcome = try await withServer(router(), metrics: metrics, configure: Self.bound) { _, address in
            try await onThread {
                // Two that began a request or had an answer, and a third that is served.
                let half = try RawClient(address)
                half.send("GET /qu")
                let served = try RawClient(address)
                served.send("GET /forever HTTP/1.1\r\nHost: x\r\n\r\n")
                let idle = try RawClient(address)
                idle.send("GET /quick HTTP/1.1\r\nHost: x\r\n\r\n")
                var statuses = [try idle.answer().status]
                for _ in 0..<4 {
                    let new = try RawClient(address)
                    new.send("GET /quick HTTP/1.1\r\nHost: x\r\n\r\n")
                    statuses.append(try new.answer().status)
                }
                served.finish()
                return (statuses, half.rest().count, idle.rest().count)
            }
        }
        #expect(outcome == ([200, 200, 200, 200, 200], 0, 0))
        #expect(!metrics.text.contains("deployd_http_connections_evicted_total 0\n"))
    }

    @Test func whereAllAreServedANewOneIsRefused() async throws {
        let metrics = Metrics()
        let begun = Atomic(0)
        let router = router { begun.add(1, ordering: .relaxed) }
        let (status, others) = try await withServer(router, metrics: metrics, configure: Self.bound) { _, address in
            let served = try await onThread {
                try (0..<3).map { _ in
                    let client = try RawClient(address)
                    client.send("GET /forever HTTP/1.1\r\nHost: x\r\n\r\n")
                    return Held(client)
                }
            }
            #expect(await eventually { begun.load(ordering: .relaxed) == 3 })
            let status = try await onThread { try RawClient(address).answer().status }
            return (status, served.count)
        }
        #expect([status, others] == [503, 3])
        #expect(await eventually { metrics.text.contains("deployd_http_connections_refused_total 1\n") })
    }
}
