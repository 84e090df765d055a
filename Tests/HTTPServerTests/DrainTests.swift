import HTTPServer
import Synchronization
import TestSupport
import Testing

@Suite struct DrainTests {
    /// Holds answers back until the test lets them go.
    private final class Gate: Sendable {
        private let waiting = Mutex<[HTTPResponder]>([])
        func hold(_ responder: HTTPResponder) -> HTTPResponse? {
            waiting.withLock { $0.append(responder) }
            return nil
        }
        var count: Int { waiting.withLock(\.count) }
        func open() {
            let all = waiting.withLock { waiting in
                defer { waiting = [] }
                return waiting
            }
            all.forEach { $0.respond(.text("late")) }
        }
    }

    private func router(_ gate: Gate) -> HTTPRouter {
        var router = HTTPRouter()
        router.on(.get, "/held", .callback { gate.hold($1()) })
        router.on(.get, "/quick", .immediate { _ in .text("quick") })
        return router
    }

    @Test func whatIsInProcessIsAnsweredAndIdleConnectionsClose() async throws {
        let gate = Gate()
        let (busy, idle) = try await withServer(router(gate)) { server, address in
            let (busy, idle) = try await onThread {
                let (busy, idle) = (try RawClient(address), try RawClient(address))
                idle.send("GET /quick HTTP/1.1\r\nHost: x\r\n\r\n")
                _ = try idle.answer()
                busy.send("GET /held HTTP/1.1\r\nHost: x\r\n\r\nGET /quick HTTP/1.1\r\nHost: x\r\n\r\n")
                return (Held(busy), Held(idle))
            }
            #expect(await eventually { gate.count == 1 })
            let drain = Task { await server.drain(deadline: .seconds(60)) }
            let idleRest = try await onThread { idle.client?.restAsText() ?? "" }
            let isRefused = try await onThread { (try? RawClient(address)) == nil }
            #expect(isRefused)
            gate.open()
            let busyRest = try await onThread { busy.client?.restAsText() ?? "" }
            busy.close()
            await drain.value
            return (busyRest, idleRest)
        }
        #expect(idle == "")
        let lines = busy.split(separator: "\r\n").filter { !$0.hasPrefix("Date") && !$0.hasPrefix("Content-Type") }
        #expect(lines == ["HTTP/1.1 200 OK", "Content-Length: 4", "Connection: close", "late"])
    }

    @Test func theDeadlineCutsWhatIsLeft() async throws {
        let gate = Gate()
        let rest = try await withServer(router(gate)) { server, address in
            let client = try await onThread {
                let client = try RawClient(address)
                client.send("GET /held HTTP/1.1\r\nHost: x\r\n\r\n")
                return Held(client)
            }
            #expect(await eventually { gate.count == 1 })
            await server.drain(deadline: .milliseconds(100))
            // An answer that comes after the end goes nowhere.
            gate.open()
            return try await onThread { client.client?.restAsText() ?? "" }
        }
        #expect(rest == "")
    }

    @Test func aLateAnswerNeverReachesTheNextConnection() async throws {
        let gate = Gate()
        let bodies = try await withServer(router(gate), configure: { $0.loops = 1 }) { _, address in
            for round in 1...20 {
                let client = try await onThread {
                    let client = try RawClient(address)
                    client.send("GET /held HTTP/1.1\r\nHost: x\r\n\r\n")
                    return Held(client)
                }
                #expect(await eventually { gate.count == round })
                client.close()
            }
            return try await onThread {
                // Their descriptors are used again by these.
                let clients = try (0..<20).map { _ in try RawClient(address) }
                gate.open()
                return try clients.map { client in
                    client.send("GET /quick HTTP/1.1\r\nHost: x\r\n\r\n")
                    return try client.answer().body
                }
            }
        }
        #expect(bodies == Array(repeating: "quick", count: 20))
    }
}
