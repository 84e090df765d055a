public import Formats

/// Every resource repository of the server.
public struct ResourceCatalogue: Sendable, Equatable {
    /// By name.
    public let repositories: [String: ResourceRepository]

    public init(_ repositories: [ResourceRepository]) {
        self.repositories = Dictionary(repositories.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Puts together what the repositories say: what each inherits, what each definition extends, and what it needs.
    /// - Returns: the catalogue, or everything that is wrong between them, by file and position.
    public static func resolve(_ sources: [RepositorySource]) -> Parsed<ResourceCatalogue> {
        var resolver = ResourceResolver(sources)
        return resolver.resolve()
    }

    /// What a slug is, and where it is written.
    enum Entry {
        case definition(ResourceDefinition, repository: String)
        case choice(ResourceChoice, repository: String)

        var repository: String {
            switch self {
            case .definition(_, let repository), .choice(_, let repository): repository
            }
        }
    }

    /// The slug as a repository has it, its own or inherited.
    func entry(_ slug: String, through repository: String) -> Entry? {
        for name in repositories[repository]?.order ?? [] {
            guard let repository = repositories[name] else { continue }
            if let definition = repository.definitions[slug] { return .definition(definition, repository: name) }
            if let choice = repository.choices[slug] { return .choice(choice, repository: name) }
        }
        return nil
    }

    /// Every slug that a repository has, its own and inherited.
    func entries(through repository: String) -> [String: Entry] {
        var entries: [String: Entry] = [:]
        for name in repositories[repository]?.order ?? [] {
            guard let repository = repositories[name] else { continue }
            for (slug, definition) in repository.definitions where entries[slug] == nil {
                entries[slug] = .definition(definition, repository: name)
            }
            for (slug, choice) in repository.choices where entries[slug] == nil {
                entries[slug] = .choice(choice, repository: name)
            }
        }
        return entries
    }

    /// Every definition that the slug may stand for.
    func definitions(of slug: String, through repository: String) -> [ResourceDefinition] {
        let slugs = Walk([slug]) { slug in
            if case .choice(let choice, _)? = entry(slug, through: repository) { choice.oneOf } else { [] }
        }
        return slugs.order.compactMap { slug in
            if case .definition(let definition, _)? = entry(slug, through: repository) { definition } else { nil }
        }
    }
}
