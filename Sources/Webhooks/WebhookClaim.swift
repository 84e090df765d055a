/// What a delivery says of itself before anything is verified: enough to find whose secret it must be signed with, and
/// to recognise a repeat.
public struct WebhookClaim: Sendable, Equatable {
    /// The provider's word for what happened, e.g. `push`.
    public let event: String
    /// Which of the provider's hooks sent it; empty when it does not say.
    public let hook: String
    /// The sender's own id of the delivery.
    public let delivery: String
    /// The repository's full name, e.g. `acme/hello`.
    public let repository: String

    public init(event: String, hook: String, delivery: String, repository: String) {
        self.event = event
        self.hook = hook
        self.delivery = delivery
        self.repository = repository
    }
}
