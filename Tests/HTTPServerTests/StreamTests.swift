import HTTPServer
import Synchronization
import TestSupport
import Testing

@Suite struct StreamTests {
    /// What producers saw, for tests to wait on.
    private final class Journal: Sendable {
        private let entries = Mutex<[String]>([])
        func note(_ entry: String) { entries.withLock { $0.append(entry) } }
        var all: [String] { entries.withLock(\.self) }
    }

    private func router(_ journal: Journal) -> HTTPRouter {
        var router = HTTPRouter()
        router.get("/events") { _ in
            .serverSentEvents(heartbeat: .milliseconds(50)) { writer in
                try? writer.send(ServerSentEvent(id: "1", event: "a", data: "one\r\ntwo"))
                try? writer.send(ServerSentEvent(data: "three"))
                try? await Task.sleep(for: .seconds(600))
                journal.note("events \(Task.isCancelled) \(writer.isOpen)")
            }
        }
        router.get("/numbers") { _ in
            HTTPResponse(
                status: 200,
                body: .stream(
                    HTTPStream(bufferLimit: 10_000) { writer in
                        for number in 0..<4_000 {
                            guard (try? await writer.waitForRoom()) != nil else { return journal.note("numbers cut") }
                            try? writer.write(Array("\(number),".utf8))
                        }
                        journal.note("numbers \(writer.isOpen)")
                    }))
        }
        router.get("/flood") { _ in
            HTTPResponse(
                status: 200,
                body: .stream(
                    HTTPStream(bufferLimit: 100_000) { writer in
                        do throws(HTTPStreamClosed) {
                            while true { try writer.write([UInt8](repeating: 1, count: 50_000)) }
                        } catch {
                            journal.note("flood \(error)")
                        }
                    }))
        }
        router.on(.get, "/quick", .immediate { _ in .text("quick") })
        return router
    }

    @Test func eventsArriveWithHeartbeatsUntilTheClientLeaves() async throws {
        let journal = Journal()
        try await withServer(router(journal)) { _, address in
            let (head, chunks) = try await onThread {
                let client = try RawClient(address)
                client.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
                let head = try client.head()
                var text = ""
                while !text.contains("three") || !text.hasSuffix("\n\n:\n\n:\n\n") {
                    text += try client.chunk() ?? "END"
                }
                return (head, text)
            }
            // On a busy machine a heartbeat may come before the producer starts.
            #expect(chunks.replacing(":\n\n", with: "") == "id: 1\nevent: a\ndata: one\ndata: two\n\ndata: three\n\n")
            #expect(head.contains("Content-Type: text/event-stream\r\n") && head.contains("Transfer-Encoding: chunked"))
            #expect(await eventually { journal.all == ["events true false"] })
        }
    }

    @Test func streamsEndAndTheConnectionGoesOn() async throws {
        let journal = Journal()
        let bodies = try await withServer(router(journal)) { _, address in
            try await onThread {
                let client = try RawClient(address)
                client.send(
                    "GET /numbers HTTP/1.1\r\nHost: x\r\n\r\nHEAD /numbers HTTP/1.1\r\nHost: x\r\n\r\n"
                        + "GET /quick HTTP/1.1\r\nHost: x\r\n\r\nGET /numbers HTTP/1.0\r\n\r\n")
                return [
                    try client.answer().body, try client.answer(toHead: true).body, try client.answer().body,
                    try client.answer().body,
                ]
            }
        }
        let numbers = (0..<4_000).map { "\($0)," }.joined()
        #expect(bodies == [numbers, "", "quick", numbers])
        #expect(journal.all == ["numbers true", "numbers true"])
    }

    @Test func aSlowReaderIsDropped() async throws {
        let journal = Journal()
        try await withServer(router(journal)) { _, address in
            let client = try await onThread {
                let client = try RawClient(address, receiveBuffer: 4096)
                client.send("GET /flood HTTP/1.1\r\nHost: x\r\n\r\n")
                return Held(client)
            }
            #expect(await eventually { journal.all == ["flood tooSlow"] })
            client.close()
        }
    }

    @Test func drainEndsStreamsInGoodOrder() async throws {
        let journal = Journal()
        let ends = try await withServer(router(journal)) { server, address in
            let client = try await onThread {
                let client = try RawClient(address)
                client.send("GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
                _ = try (client.head(), client.chunk())
                return Held(client)
            }
            await server.drain(deadline: .seconds(30))
            return try await onThread {
                while let chunk = try client.client?.chunk() { if chunk == "never" { return false } }
                return client.client?.rest() == []
            }
        }
        #expect(ends)
        #expect(await eventually { journal.all == ["events true false"] })
    }
}
