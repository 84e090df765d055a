import Core
import HTTPServer
import Model

/// A growing text as `text/plain`: what is there, or with `?follow=true` all that comes until it ends.
struct LogAnswer: Sendable {
    struct Source: Sendable {
        /// At most so many bytes from an offset; from nil, the last ones.
        let read: @Sendable (_ offset: Int?, _ maximumBytes: Int) async throws -> LogChunk
        /// Whether nothing more will come. Asked before the read that finds nothing.
        let isOver: @Sendable () async throws -> Bool
    }

    /// Says at which byte of the whole text the answer begins, so that a client can go on where it was cut.
    static let offsetHeader = "Deployd-Log-Offset"
    static let pieceSize = 64 * 1024
    /// How often a log that is followed is looked at.
    static let pause = Duration.milliseconds(200)

    static let parameters = [
        Operation.Parameter("follow", .boolean, "Go on sending what is printed until it ends."),
        Operation.Parameter("from", .integer(0...Int64.max), "Begin at this byte."),
    ]
    static let description = Operation.Answer(
        200, "The text; the header `\(offsetHeader)` says at which byte it begins.",
        ["text/plain": .string])

    let source: Source
    let clock: any WallClock
    /// Where to begin when the request does not say; nil: with the last piece.
    let start: Int?

    func response(to request: APIRequest) async throws -> HTTPResponse {
        let follows = try request.flag("follow")
        let from = try request.number("from").map { Int($0) } ?? start
        // The first piece is read before the answer begins, so that an error can still be a status.
        let first = try await source.read(from, LogAnswer.pieceSize)
        let stream = HTTPStream { writer in
            do { try await send(first, follows, to: writer) } catch {
                // The client is gone, or the log is: the text ends here.
            }
        }
        return HTTPResponse(
            status: 200,
            headers: [
                ("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"), ("X-Accel-Buffering", "no"),
                (LogAnswer.offsetHeader, String(first.next - first.bytes.count)),
            ], body: .stream(stream))
    }

    private func send(_ first: LogChunk, _ follows: Bool, to writer: HTTPStreamWriter) async throws {
        var chunk = first
        while true {
            if !chunk.bytes.isEmpty {
                try await writer.waitForRoom()
                try writer.write(chunk.bytes)
            }
            let isOver = follows ? try await source.isOver() : true
            let next = try await source.read(chunk.next, LogAnswer.pieceSize)
            if next.bytes.isEmpty {
                if isOver || !writer.isOpen { return }
                try await clock.sleep(for: LogAnswer.pause)
            }
            chunk = next
        }
    }
}
