extension Topology {
    /// Whether an object is the same in both, or in neither.
    public func says(of id: ObjectID, whatIsSaidBy other: Topology) -> Bool {
        switch id.kind {
        case .world:
            worlds[id.name] == other.worlds[id.name] && targets(behind: id.name) == other.targets(behind: id.name)
        case .environment: environments[id.name] == other.environments[id.name]
        case .environmentSet: environmentSets[id.name] == other.environmentSets[id.name]
        case .target: targets[id.name] == other.targets[id.name]
        }
    }

    /// The targets that a world is, by name.
    public func targets(behind world: String) -> [Target] {
        targets.values.filter { $0.world == world }.sorted { $0.name < $1.name }
    }
}
