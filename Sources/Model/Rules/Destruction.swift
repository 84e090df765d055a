/// What of an instance's resources goes when it is destroyed, and what is kept.
public struct Destruction: Sendable, Equatable {
    public struct Removal: Sendable, Equatable {
        public let resource: Resource
        public let definition: ResourceDefinition
    }

    /// In the order of their removal: what was made last goes first.
    public let removed: [Removal]
    /// Never made or gone, and nobody knows any more how: only their records go.
    public let forgotten: [Resource]
    public let retained: [Resource]

    /// A resource whose definition is gone is kept: nobody says any more that it may be deleted. One that was not made to
    /// its end is removed in any case: no service was ever given it.
    public init(of resources: [Resource], catalogue: ResourceCatalogue) {
        var (removed, forgotten, retained): ([Removal], [Resource], [Resource]) = ([], [], [])
        for resource in resources.reversed() where resource.status != .deleted {
            let definition = catalogue.repositories[resource.repository]?.definitions[resource.slug]
            switch (definition, resource.wasMade) {
            case (let definition?, false): removed.append(Removal(resource: resource, definition: definition))
            case (let definition?, true) where definition.deletion == .delete || resource.status == .missing:
                removed.append(Removal(resource: resource, definition: definition))
            case (nil, let wasMade) where !wasMade || resource.status == .missing: forgotten.append(resource)
            default: retained.append(resource)
            }
        }
        self.removed = removed
        self.forgotten = forgotten
        self.retained = retained
    }
}
