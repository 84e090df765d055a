public import Core

/// What a service needs of a world: a slug, and what it asks of it.
public struct Requirement: Sendable, Equatable {
    public let slug: String
    /// Strings, whole numbers and booleans, as written; checked against the slug's definition when planning.
    public let parameters: [String: JSONValue]

    public init(slug: String, parameters: [String: JSONValue] = [:]) {
        self.slug = slug
        self.parameters = parameters
    }
}
