import Client
import Core
import HTTPServer
import Model

/// The newest events as they are sent, read once for all who follow them. Thousands may, and each that read by itself
/// would read the same, and take the readers from everybody else.
actor EventTail {
    struct Line: Sendable {
        let event: Event
        /// The whole message.
        let bytes: [UInt8]

        init(_ event: Event) {
            self.event = event
            let data = String(decoding: EventText.bytes(event), as: UTF8.self)
            bytes = ServerSentEvent(id: String(event.id), event: event.draft.type.rawValue, data: data).bytes
        }
    }

    /// How many events are kept.
    private static let bound = 1000
    /// How many older ones are read at once.
    private static let batch = 200

    /// One after the other, without gaps.
    private var lines: [Line] = []
    private var reading: Task<Bool, any Error>?
    /// Those who are far behind read one after the other.
    private var olderReading: Task<[Line], any Error>?

    /// Those who have all up to `delivered`.
    var followers: [EventFollower] = []
    /// The newest event that they were given; nil before the first of them.
    var delivered: Int64?
    /// At how many followers those are looked for whose clients are gone.
    var nextPurge = 64
    var isOver = false
    let storage: any Storage

    init(storage: any Storage) { self.storage = storage }

    /// The next events after a number, at least one where there is one up to `newest`.
    func lines(after number: Int64, newest: Int64) async throws -> ArraySlice<Line> {
        while (lines.last?.event.id ?? 0) < newest {
            if try await !refresh(newest) { break }
        }
        if let first = lines.first?.event.id, number >= first - 1 {
            return lines[Swift.min(lines.count, Int(number - first + 1))...]
        }
        return try await older(after: number)[...]
    }

    /// - Returns: whether there was something new.
    private func refresh(_ newest: Int64) async throws -> Bool {
        if let reading { return try await reading.value }
        let task = Task { try await load(newest) }
        reading = task
        return try await task.value
    }

    /// Ends with what it found kept and `reading` free, so that nobody who waited for it waits for it again.
    private func load(_ newest: Int64) async throws -> Bool {
        defer { reading = nil }
        let last = lines.last?.event.id ?? Swift.max(0, newest - Int64(EventTail.bound))
        let found = try await EventTail.read(storage, after: last, limit: EventTail.bound)
        lines = (lines + found).suffix(EventTail.bound)
        return !found.isEmpty
    }

    private func older(after number: Int64) async throws -> [Line] {
        let before = olderReading
        let next = Task { [storage] in
            _ = try? await before?.value
            return try await EventTail.read(storage, after: number, limit: EventTail.batch)
        }
        olderReading = next
        return try await next.value
    }

    private static func read(_ storage: any Storage, after number: Int64, limit: Int) async throws -> [Line] {
        try await storage.read { try $0.events(after: number, limit: limit) }.map(Line.init)
    }
}
