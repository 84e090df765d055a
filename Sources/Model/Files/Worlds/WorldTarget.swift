/// A target that a world is by its own declaration.
struct WorldTarget {
    let target: Target
    let naming: TargetNaming

    /// Each target that a world is, with the name that it gets.
    static func all(_ declared: [WorldDocument.TargetDeclaration], of world: World) -> [WorldTarget] {
        guard !declared.isEmpty else {
            return [
                WorldTarget(
                    target: Target(name: world.name, environment: world.name, world: world.name), naming: .world)
            ]
        }
        return declared.map { entry in
            let byDefault = declared.count == 1 ? world.name : "\(world.name)-\(entry.environment)"
            let target = Target(
                name: entry.name ?? byDefault, environment: entry.environment, world: world.name, labels: entry.labels)
            return WorldTarget(target: target, naming: entry.name == nil ? .entry : .written)
        }
    }
}

/// Where the name of a target comes from.
public enum TargetNaming: Sendable, Hashable {
    case written
    /// From the number of environments that its world lists.
    case entry
    /// From a world that lists none.
    case world
}

extension Target {
    /// The name that it would have by default if its world served several environments instead of one, or one instead of
    /// several.
    public var otherDefaultName: String? { world.map { name == $0 ? "\($0)-\(environment)" : $0 } }
}
