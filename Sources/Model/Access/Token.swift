public import Core

/// A bearer token, of which only the digest is kept.
public struct Token: Sendable, Equatable {
    public enum Role: String, Sendable, CaseIterable {
        case administrator
    }

    public let id: String
    public let name: String
    public let role: Role
    /// Hexadecimal SHA-256 of the token's text.
    public let digest: String
    public let createdAt: Timestamp

    public init(id: String, name: String, role: Role, digest: String, createdAt: Timestamp) {
        self.id = id
        self.name = name
        self.role = role
        self.digest = digest
        self.createdAt = createdAt
    }
}
