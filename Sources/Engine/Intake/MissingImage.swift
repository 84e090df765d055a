import Core

/// An image that is not in its registry yet, and the service that cannot be released without it.
struct MissingImage: Error, Sendable {
    /// The service's folder.
    let path: String
    /// With its tag.
    let name: String
    /// Until when it is waited for.
    let end: Timestamp

    var sentence: String { "waits for \(name) (not there yet, until \(end.rfc3339.dropFirst(11).prefix(5)) UTC)" }
}
