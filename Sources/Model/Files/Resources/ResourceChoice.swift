/// A slug of which a world takes the first definition that it can serve.
public struct ResourceChoice: Sendable, Equatable {
    public let slug: String
    public let description: String
    /// Slugs, the preferred first.
    public let oneOf: [String]

    public init(slug: String, description: String = "", oneOf: [String]) {
        self.slug = slug
        self.description = description
        self.oneOf = oneOf
    }
}
