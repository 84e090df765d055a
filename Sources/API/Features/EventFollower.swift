import HTTPServer
import Model

/// A client that follows the events: what is kept of it while nothing happens.
struct EventFollower: Sendable {
    let writer: ServerSentEventWriter
    let filter: EventFilter
    /// The last event that it has, or does not want.
    var last: Int64

    /// Gives it those of `lines` that it wants, as far as its client keeps up.
    mutating func give(_ lines: ArraySlice<EventTail.Line>) throws(HTTPStreamClosed) {
        for line in lines where line.event.id > last {
            if filter.holds(for: line.event) {
                guard writer.hasRoom else { return }
                try writer.send(bytes: line.bytes)
            }
            last = line.event.id
        }
    }
}
