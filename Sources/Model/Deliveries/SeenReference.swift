public import Core

/// The commit that a branch or tag of a code repository was last seen to name.
public struct SeenReference: Sendable, Equatable {
    /// The code repository's id: one that is registered anew has seen nothing.
    public let repository: String
    /// The full name, e.g. `refs/heads/main`.
    public let name: String
    public let commit: String
    /// The delivery that told of it; nil: it was there when the repository was looked at first.
    public let delivery: String?
    public let seenAt: Timestamp

    public init(repository: String, name: String, commit: String, delivery: String?, seenAt: Timestamp) {
        self.repository = repository
        self.name = name
        self.commit = commit
        self.delivery = delivery
        self.seenAt = seenAt
    }
}

extension Delivery {
    /// The provider of deliveries that the server makes itself, for pushes whose webhooks did not come.
    public static let sweepProvider = "sweep"

    public var isOfSweep: Bool { key.provider == Delivery.sweepProvider }
}
