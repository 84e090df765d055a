/// Every resource repository of the server.
public struct ResourceCatalogue: Sendable, Equatable {
    /// By name.
    public let repositories: [String: ResourceRepository]

    public init(_ repositories: [ResourceRepository]) {
        self.repositories = Dictionary(repositories.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// A slug as a world offers it.
    public struct Offer: Sendable, Equatable {
        public let definition: ResourceDefinition
        /// The repository that it comes from.
        public let repository: String
        /// Why it cannot be used in this world; nil: it can.
        public let unavailable: String?

        public init(definition: ResourceDefinition, repository: String, unavailable: String?) {
            self.definition = definition
            self.repository = repository
            self.unavailable = unavailable
        }
    }

    /// Every slug of a world's repositories, by name. Of two with one name, the nearest repository's counts.
    public func offers(in world: World) -> [Offer] {
        var offers: [String: Offer] = [:]
        for name in world.resourceRepositories {
            for (slug, definition) in repositories[name]?.definitions ?? [:] where offers[slug] == nil {
                offers[slug] = offer(definition, of: name, in: world)
            }
        }
        return offers.values.sorted { $0.definition.slug < $1.definition.slug }
    }

    /// The slug as the world offers it; nil when none of its repositories has it.
    public func offer(_ slug: String, in world: World) -> Offer? {
        for name in world.resourceRepositories {
            if let definition = repositories[name]?.definitions[slug] { return offer(definition, of: name, in: world) }
        }
        return nil
    }

    private func offer(_ definition: ResourceDefinition, of repository: String, in world: World) -> Offer {
        Offer(definition: definition, repository: repository, unavailable: obstacle(to: definition, in: world))
    }

    private func obstacle(to definition: ResourceDefinition, in world: World) -> String? {
        guard world.capabilities.contains(definition.capability) else {
            return "the world '\(world.name)' lacks the capability '\(definition.capability.rawValue)'"
        }
        let missing = definition.worldParameters.filter { world.parameters[$0] == nil }.min()
        return missing.map { "the world '\(world.name)' lacks the parameter '\($0)'" }
    }
}
