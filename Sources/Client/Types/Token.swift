public import Core

extension Wire {
    /// A bearer token, without its text.
    public struct Token: Codable, Sendable, Equatable {
        public var id: String
        public var name: String
        public var role: String
        public var createdAt: Timestamp

        public init(id: String, name: String, role: String, createdAt: Timestamp) {
            self.id = id
            self.name = name
            self.role = role
            self.createdAt = createdAt
        }
    }
}
