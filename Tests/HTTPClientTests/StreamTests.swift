import Core
import HTTPClient
import Synchronization
import TestSupport
import Testing

@Suite struct StreamTests {
    private let session = HTTPClientSession()

    @Test func givesBytesAsTheyCome() async throws {
        let server = RawServer { _, connection in
            connection.write("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nX-From: raw\r\n\r\n")
            // Each piece is sent when the reader acknowledges the one before, by the test's own order.
            connection.write("id: 1\ndata: a\n\n")
            connection.write("id: 2\ndata: b\n\n")
            connection.end()
        }
        let stream = try await session.stream(HTTPClientRequest("GET", server.url))
        var parser = ServerSentEventParser()
        var events: [ServerSentEvent] = []
        for try await bytes in stream { events += try parser.feed(bytes) }
        #expect([stream.header("x-from"), "\(stream.status)"] == ["raw", "200"])
        #expect(
            events == [
                ServerSentEvent(id: "1", event: "message", data: "a"),
                ServerSentEvent(id: "2", event: "message", data: "b"),
            ])
    }

    @Test func headersComeBeforeTheBody() async throws {
        let server = RawServer { _, connection in
            connection.write("HTTP/1.1 200 OK\r\n\r\n")
            connection.waitForClient()
        }
        let stream = try await session.stream(HTTPClientRequest("GET", server.url, idleTimeout: .milliseconds(300)))
        #expect(stream.status == 200)
        let error = await #expect(throws: DeploydError.self) { try await stream.collect() }
        #expect(error?.code == .timedOut)
    }

    /// Of 64 MB that the server would send, a reader that stands still has it send only what buffers hold.
    @Test func makesTheServerWaitForASlowReader() async throws {
        let piece = [UInt8](repeating: 7, count: 65_536)
        let sent = Counter()
        let server = RawServer { _, connection in
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(piece.count * 1000)\r\n\r\n")
            for _ in 0..<1000 where connection.write(piece) { sent.add(piece.count) }
        }
        let stream = try await session.stream(HTTPClientRequest("GET", server.url))
        var iterator = stream.makeAsyncIterator()
        var read = try await iterator.next()?.count ?? 0
        let stood = await eventually(every: .milliseconds(300)) { sent.isUnchanged }
        #expect(stood && sent.value < 32 << 20, "\(sent.value)")
        while let bytes = try await iterator.next() { read += bytes.count }
        #expect(read == piece.count * 1000)
    }

    @Test func endsWhenItIsDroppedOrCancelled() async throws {
        let left = Counter()
        let server = RawServer { _, connection in
            connection.write("HTTP/1.1 200 OK\r\n\r\nfirst")
            connection.waitForClient()
            left.add(1)
        }
        let request = HTTPClientRequest("GET", server.url)
        for try await bytes in try await session.stream(request) where !bytes.isEmpty { break }
        #expect(await eventually { left.value == 1 })

        let task = Task { try await session.stream(request).collect() }
        #expect(await eventually { server.accepted == 2 })
        task.cancel()
        let error = await #expect(throws: DeploydError.self) { try await task.value }
        #expect(error?.code == .cancelled)
        #expect(await eventually { left.value == 2 })
    }

    @Test func failsWhereTheBodyBreaksOff() async throws {
        let server = RawServer { _, connection in
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
            connection.end()
        }
        var received: [UInt8] = []
        let stream = try await session.stream(HTTPClientRequest("GET", server.url))
        let error = await #expect(throws: DeploydError.self) { for try await bytes in stream { received += bytes } }
        #expect([error?.code.rawValue, String(decoding: received, as: UTF8.self)] == ["unavailable", "abc"])
    }
}

/// A number that threads add to.
private final class Counter: Sendable {
    private let state = Mutex((value: 0, seen: -1))
    var value: Int { state.withLock(\.value) }
    func add(_ amount: Int) { state.withLock { $0.value += amount } }

    /// Whether it is what it was when last asked.
    var isUnchanged: Bool {
        state.withLock { state in
            defer { state.seen = state.value }
            return state.seen == state.value
        }
    }
}
