extension Wire {
    /// Because of what something happened: a `delivery`, `request`, `deployment` or `observation`.
    public struct Cause: Codable, Sendable, Equatable {
        public var kind: String
        public var id: String

        public init(kind: String, id: String) {
            self.kind = kind
            self.id = id
        }
    }
}
