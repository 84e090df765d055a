public import Core

extension Wire {
    /// One webhook delivery.
    public struct Delivery: Codable, Sendable, Equatable {
        public enum Status: String, Codable, Sendable, CaseIterable {
            case accepted, processing, processed, ignored, failed

            public var isFinal: Bool { self != .accepted && self != .processing }
        }

        public var id: String
        public var provider: String
        public var event: String
        /// null for a pushed working tree.
        public var repository: String?
        public var receivedAt: Timestamp
        public var status: Status
        public var reason: String?
        public var attempts: Int
        /// When it is tried again; null: at once while it waits, else not by itself.
        public var nextAttemptAt: Timestamp?
        /// The deployments that came of it.
        public var deployments: [String]

        public init(
            id: String, provider: String, event: String, repository: String?, receivedAt: Timestamp, status: Status,
            reason: String?, attempts: Int, nextAttemptAt: Timestamp?, deployments: [String]
        ) {
            self.id = id
            self.provider = provider
            self.event = event
            self.repository = repository
            self.receivedAt = receivedAt
            self.status = status
            self.reason = reason
            self.attempts = attempts
            self.nextAttemptAt = nextAttemptAt
            self.deployments = deployments
        }
    }

    /// The answer to a webhook that was accepted.
    public struct DeliveryReceipt: Codable, Sendable, Equatable {
        public var delivery: String

        public init(delivery: String) { self.delivery = delivery }
    }
}
