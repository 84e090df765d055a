/// A resource repository: its own definitions, everything that they extend taken in, and those that it inherits.
public struct ResourceRepository: Sendable, Equatable {
    /// The file that gives a repository its name and description.
    public static let fileName = "repository.yaml"
    /// How many YAML files one may have at most, this one included: twice what a large installation has.
    public static let maximumFiles = 10_000

    public let name: String
    public let description: String
    /// The repositories whose slugs are also this one's, as its file names them: nearest first.
    public let inherits: [String]
    /// Itself and everything that it inherits, each once, in the order in which slugs are looked up.
    public let order: [String]
    /// Its own, by slug.
    public let definitions: [String: ResourceDefinition]
    /// Its own slugs that stand for one of several, by slug.
    public let choices: [String: ResourceChoice]
    /// nil for a folder.
    public let origin: RepositoryOrigin?

    /// - Parameter order: nil for a repository that inherits nothing.
    public init(
        name: String, description: String = "", inherits: [String] = [], order: [String]? = nil,
        definitions: [ResourceDefinition] = [], choices: [ResourceChoice] = [], origin: RepositoryOrigin? = nil
    ) {
        self.name = name
        self.description = description
        self.inherits = inherits
        self.order = order ?? [name]
        self.definitions = Dictionary(definitions.map { ($0.slug, $0) }, uniquingKeysWith: { first, _ in first })
        self.origin = origin
        self.choices = Dictionary(choices.map { ($0.slug, $0) }, uniquingKeysWith: { first, _ in first })
    }

    init(
        _ source: RepositorySource, order: [String], definitions: [String: ResourceDefinition],
        choices: [String: ResourceChoice]
    ) {
        name = source.name
        description = source.description
        inherits = source.inherits
        self.order = order
        self.definitions = definitions
        self.choices = choices
        origin = source.origin
    }

    /// Its own, by name.
    public var slugs: [String] { Set(definitions.keys).union(choices.keys).sorted() }
}
