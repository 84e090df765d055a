/// One event of a stream of them.
public struct ServerSentEvent: Sendable, Hashable {
    /// The last id that the stream gave, by this event or an earlier one: for `Last-Event-ID` when resuming.
    public let id: String
    /// `message` when the stream names none.
    public let event: String
    public let data: String

    public init(id: String, event: String, data: String) {
        self.id = id
        self.event = event
        self.data = data
    }
}
