public import Formats

/// Every resource repository of the server.
public struct ResourceCatalogue: Sendable, Equatable {
    /// By name.
    public let repositories: [String: ResourceRepository]

    public init(_ repositories: [ResourceRepository]) {
        self.repositories = Dictionary(repositories.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Puts together what the repositories say: what each inherits, and what each definition extends.
    /// - Returns: the catalogue, or everything that is wrong between them, by file and position.
    public static func resolve(_ sources: [RepositorySource]) -> Parsed<ResourceCatalogue> {
        var resolver = ResourceResolver(sources)
        return resolver.resolve()
    }

    /// A slug as a world offers it.
    public struct Offer: Sendable, Equatable {
        public let definition: ResourceDefinition
        /// The repository that it comes from.
        public let repository: String
        /// The repository that the world names, which is that one or inherits from it.
        public let through: String
        /// Why it cannot be used in this world; nil: it can.
        public let unavailable: String?

        public init(definition: ResourceDefinition, repository: String, through: String, unavailable: String?) {
            self.definition = definition
            self.repository = repository
            self.through = through
            self.unavailable = unavailable
        }

        /// The repositories beside the one that the world names which say what it is, nearest first.
        public var inheritedFrom: [String] {
            var names: [String] = []
            for name in [repository] + definition.lineage.map(\.repository)
            where name != through && !names.contains(name) {
                names.append(name)
            }
            return names
        }
    }

    /// Every slug of a world's repositories, by name. Of two with one name, the nearest repository's counts.
    public func offers(in world: World) -> [Offer] {
        var offers: [String: Offer] = [:]
        for through in world.resourceRepositories {
            for name in repositories[through]?.order ?? [] {
                for (slug, definition) in repositories[name]?.definitions ?? [:] where offers[slug] == nil {
                    offers[slug] = offer(definition, of: name, through: through, in: world)
                }
            }
        }
        return offers.values.sorted { $0.definition.slug < $1.definition.slug }
    }

    /// The slug as the world offers it; nil when none of its repositories has it.
    public func offer(_ slug: String, in world: World) -> Offer? {
        for through in world.resourceRepositories {
            guard let (definition, name) = find(slug, through: through) else { continue }
            return offer(definition, of: name, through: through, in: world)
        }
        return nil
    }

    /// The slug as a repository has it, its own or inherited, and the repository it comes from.
    private func find(_ slug: String, through repository: String) -> (ResourceDefinition, String)? {
        for name in repositories[repository]?.order ?? [] {
            if let definition = repositories[name]?.definitions[slug] { return (definition, name) }
        }
        return nil
    }

    private func offer(
        _ definition: ResourceDefinition, of repository: String, through: String, in world: World
    ) -> Offer {
        Offer(
            definition: definition, repository: repository, through: through,
            unavailable: obstacle(to: definition, in: world))
    }

    private func obstacle(to definition: ResourceDefinition, in world: World) -> String? {
        guard world.capabilities.contains(definition.capability) else {
            return "the world '\(world.name)' lacks the capability '\(definition.capability.rawValue)'"
        }
        let missing = definition.worldParameters.filter { world.parameters[$0] == nil }.min()
        return missing.map { "the world '\(world.name)' lacks the parameter '\($0)'" }
    }
}
