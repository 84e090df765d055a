public import Core

extension Wire {
    /// Something that an instance requires, or that a world has for all of its instances.
    public struct Resource: Codable, Sendable, Equatable {
        public enum Status: String, Codable, Sendable, CaseIterable {
            case pending, provisioning, ready, updating, deleting, deleted, failed, retained, missing
        }

        public var id: String
        public var name: String
        public var world: String
        /// null: the world's own, which its instances share.
        public var application: String?
        public var target: String?
        public var slug: String
        /// The resource repository that its definition comes from.
        public var repository: String
        /// The commit of that repository; null when it is a folder.
        public var commit: String?
        public var status: Status
        public var reason: String?
        public var outputs: [String: ResourceOutput]
        public var requires: [String]
        public var createdAt: Timestamp
        public var changedAt: Timestamp

        public init(
            id: String, name: String, world: String, application: String?, target: String?, slug: String,
            repository: String, commit: String?, status: Status, reason: String?,
            outputs: [String: ResourceOutput], requires: [String], createdAt: Timestamp, changedAt: Timestamp
        ) {
            self.id = id
            self.name = name
            self.world = world
            self.application = application
            self.target = target
            self.slug = slug
            self.repository = repository
            self.commit = commit
            self.status = status
            self.reason = reason
            self.outputs = outputs
            self.requires = requires
            self.createdAt = createdAt
            self.changedAt = changedAt
        }
    }

    /// An output's value, or `{"secret": true}`: a secret one is never shown.
    public enum ResourceOutput: Codable, Sendable, Equatable {
        case plain(String)
        case secret

        private struct Mark: Codable { var secret: Bool }

        public init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                self = .plain(text)
            } else {
                _ = try container.decode(Mark.self)
                self = .secret
            }
        }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .plain(let text): try container.encode(text)
            case .secret: try container.encode(Mark(secret: true))
            }
        }
    }
}
