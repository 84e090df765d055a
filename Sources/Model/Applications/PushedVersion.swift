/// The version that the last push of a branch released of a service.
///
/// A branch may come back to a commit that was released long ago: the newest release is not always the last pushed one.
public struct PushedVersion: Sendable, Equatable {
    public let application: String
    /// The branch's full name.
    public let reference: String
    public let version: String
    /// The push's delivery; nil where it is not known.
    public let delivery: String?

    public init(application: String, reference: String, version: String, delivery: String?) {
        self.application = application
        self.reference = reference
        self.version = version
        self.delivery = delivery
    }
}
