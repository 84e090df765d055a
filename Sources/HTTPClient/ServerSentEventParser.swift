public import Core

/// Reads server-sent events from bytes that come in pieces of any size
/// (WHATWG HTML §9.2.6 "Interpreting an event stream").
public struct ServerSentEventParser: Sendable {
    private let maximumBytes: Int
    private var line: [UInt8] = []
    private var isFirstLine = true
    private var followsCarriageReturn = false
    private var data: [UInt8] = []
    private var event = ""
    private var id: String

    /// The server's wish how long to wait before connecting again; nil until it says so.
    public private(set) var retry: Duration?

    /// - Parameters:
    ///   - lastEventID: where a resumed stream was left.
    ///   - maximumBytes: of one line and of one event's data.
    public init(lastEventID: String = "", maximumBytes: Int = 1 << 20) {
        id = lastEventID
        self.maximumBytes = maximumBytes
    }

    /// Takes the next bytes.
    /// - Returns: the events that they complete. What is incomplete when the stream ends is no event.
    /// - Throws: `DeploydError` `tooLarge`.
    public mutating func feed(_ bytes: some Sequence<UInt8>) throws(DeploydError) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        for byte in bytes {
            // CR LF ends one line, not two; its halves may come apart.
            defer { followsCarriageReturn = byte == 0x0D }
            if byte == 0x0A, followsCarriageReturn { continue }
            if byte == 0x0A || byte == 0x0D {
                if let event = endLine() { events.append(event) }
            } else {
                line.append(byte)
            }
            guard line.count <= maximumBytes, data.count <= maximumBytes else {
                throw DeploydError(.tooLarge, "a server-sent event is larger than \(maximumBytes) bytes")
            }
        }
        return events
    }

    private mutating func endLine() -> ServerSentEvent? {
        defer { line.removeAll(keepingCapacity: true) }
        var text = line[...]
        if isFirstLine, text.starts(with: [0xEF, 0xBB, 0xBF]) { text = text.dropFirst(3) }
        isFirstLine = false
        if text.isEmpty { return dispatch() }
        let colon = text.firstIndex(of: UInt8(ascii: ":")) ?? text.endIndex
        var value = text[colon...].dropFirst()
        if value.first == 0x20 { value = value.dropFirst() }
        set(String(decoding: text[..<colon], as: UTF8.self), value)
        return nil
    }

    /// A comment has no name, and like unknown fields is passed over.
    private mutating func set(_ field: String, _ value: ArraySlice<UInt8>) {
        switch field {
        case "event": event = String(decoding: value, as: UTF8.self)
        case "data": data += value + [0x0A]
        case "id" where !value.contains(0): id = String(decoding: value, as: UTF8.self)
        case "retry" where value.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains):
            if let milliseconds = Int32(String(decoding: value, as: UTF8.self)) { retry = .milliseconds(milliseconds) }
        default: break
        }
    }

    private mutating func dispatch() -> ServerSentEvent? {
        defer {
            data.removeAll(keepingCapacity: true)
            event = ""
        }
        guard !data.isEmpty else { return nil }
        let text = String(decoding: data.dropLast(), as: UTF8.self)
        return ServerSentEvent(id: id, event: event.isEmpty ? "message" : event, data: text)
    }
}
