import Formats

extension ResourceCatalogue {
    /// A slug as a world offers it.
    public struct Offer: Sendable, Equatable {
        public let slug: String
        public let description: String
        /// The repository that the slug comes from.
        public let repository: String
        /// The repository that the world names, which is that one or inherits from it.
        public let through: String
        /// What serves it: of several the one that the world takes, or the first where it can take none.
        public let definition: ResourceDefinition
        /// The repository that `definition` comes from.
        public let definitionRepository: String
        /// Of a slug that stands for one of several: those that come before the one that is taken.
        public let passedOver: [PassedOver]
        /// Why it cannot be used in this world; nil: it can.
        public let unavailable: String?

        /// One of several that the world cannot serve.
        public struct PassedOver: Sendable, Equatable {
            public let slug: String
            public let reason: String
        }

        /// Whether it stands for one of several.
        public var isChoice: Bool { slug != definition.slug }

        /// The repositories beside the one that the world names which say what it is, nearest first.
        public var inheritedFrom: [String] {
            var names: [String] = []
            for name in [repository, definitionRepository] + definition.lineage.map(\.repository)
            where name != through && !names.contains(name) {
                names.append(name)
            }
            return names
        }
    }

    /// Every slug of a world's repositories, by name. Of two with one name, the nearest repository's counts.
    public func offers(in world: World) -> [Offer] {
        var through: [String: String] = [:]
        for repository in world.resourceRepositories {
            through.merge(entries(through: repository).mapValues { _ in repository }) { first, _ in first }
        }
        return through.compactMap { offer($0.key, through: $0.value, in: world) }.sorted { $0.slug < $1.slug }
    }

    /// The slug as the world offers it; nil when none of its repositories has it.
    public func offer(_ slug: String, in world: World) -> Offer? {
        for repository in world.resourceRepositories {
            if let offer = offer(slug, through: repository, in: world) { return offer }
        }
        return nil
    }

    /// The slug as a world takes it from one of its repositories. What its definition names is looked up there, too.
    func offer(_ slug: String, through repository: String, in world: World) -> Offer? {
        offer(slug, through: repository, in: world, depth: 0)
    }

    private func offer(_ slug: String, through repository: String, in world: World, depth: Int) -> Offer? {
        switch entry(slug, through: repository) {
        case nil: nil
        case .definition(let definition, let name):
            Offer(
                slug: slug, description: definition.description, repository: name, through: repository,
                definition: definition, definitionRepository: name, passedOver: [],
                unavailable: obstacle(to: definition, through: repository, in: world, depth: depth))
        case .choice(let choice, let name):
            offer(choice, of: name, through: repository, in: world, depth: depth)
        }
    }

    private func offer(
        _ choice: ResourceChoice, of name: String, through repository: String, in world: World, depth: Int
    ) -> Offer? {
        guard depth < ResourceResolver.maximumResources else { return nil }
        var passedOver: [Offer.PassedOver] = []
        var first: Offer?
        for slug in choice.oneOf {
            guard let offer = offer(slug, through: repository, in: world, depth: depth + 1) else { continue }
            first = first ?? offer
            guard let reason = offer.unavailable else {
                return Offer(
                    slug: choice.slug, description: choice.description, repository: name, through: repository,
                    definition: offer.definition, definitionRepository: offer.definitionRepository,
                    passedOver: passedOver, unavailable: nil)
            }
            passedOver.append(Offer.PassedOver(slug: slug, reason: reason))
        }
        let reasons = passedOver.map { "\($0.slug): \($0.reason)" }.joined(separator: "; ")
        return first.map { first in
            Offer(
                slug: choice.slug, description: choice.description, repository: name, through: repository,
                definition: first.definition, definitionRepository: first.definitionRepository,
                passedOver: passedOver, unavailable: "none of those it stands for can be used (\(reasons))")
        }
    }

    private func obstacle(
        to definition: ResourceDefinition, through repository: String, in world: World, depth: Int
    ) -> String? {
        guard world.capabilities.contains(definition.capability) else {
            return "the world '\(world.name)' lacks the capability '\(definition.capability.rawValue)'"
        }
        if let missing = definition.worldParameters.filter({ world.parameters[$0] == nil }).min() {
            return "the world '\(world.name)' lacks the parameter '\(missing)'"
        }
        guard depth < ResourceResolver.maximumResources else { return "it requires too many others" }
        for (_, requirement) in definition.requires.sorted(by: { $0.key < $1.key }) {
            let offer = offer(requirement.slug, through: repository, in: world, depth: depth + 1)
            guard let offer else { return "it requires '\(requirement.slug)', which '\(repository)' does not have" }
            if let reason = offer.unavailable { return "it requires '\(requirement.slug)': \(reason)" }
        }
        return nil
    }

    /// The outputs that are secret, whichever definition serves what it requires.
    public func secretOutputs(of offer: Offer) -> Set<String> {
        secretOutputs(of: offer.definition, through: offer.through, depth: 0)
    }

    private func secretOutputs(
        of definition: ResourceDefinition, through repository: String, depth: Int
    ) -> Set<String> {
        var secret = definition.secretOutputs
        guard depth < ResourceResolver.maximumResources, !definition.requires.isEmpty else { return secret }
        let required = definition.requires.mapValues { requirement in
            definitions(of: requirement.slug, through: repository).reduce(into: Set<String>()) { found, definition in
                found.formUnion(secretOutputs(of: definition, through: repository, depth: depth + 1))
            }
        }
        for name in definition.textOrder {
            let paths = (definition.outputs[name]?.text?.references ?? []).map(\.path)
            let holdsSecret = paths.contains { path in
                path.count == 3 && required[path[1]]?.contains(path[2]) == true
                    || path.count == 2 && path[0] == "outputs" && secret.contains(path[1])
            }
            if holdsSecret { secret.insert(name) }
        }
        return secret
    }
}
