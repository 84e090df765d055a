public import Core

/// A version that no environment may be given any more. What runs already goes on.
public struct Rejection: Sendable, Equatable {
    public let application: String
    /// Also one without a release.
    public let version: String
    public let reason: String
    public let actor: String
    public let since: Timestamp

    public init(application: String, version: String, reason: String, actor: String, since: Timestamp) {
        self.application = application
        self.version = version
        self.reason = reason
        self.actor = actor
        self.since = since
    }

    /// Who rejected it, why, and how it is undone.
    public var sentence: String {
        "version \(version) of \(application) was rejected by \(actor): \(reason) "
            + "(`deployd reject \(application) \(version) --undo` takes that back)"
    }
}
