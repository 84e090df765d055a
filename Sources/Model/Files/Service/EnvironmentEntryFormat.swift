import Formats

/// An entry of `environments:`.
enum EnvironmentEntryFormat {
    struct Entry: Sendable {
        let name: String
        var targets: [Target] = []
    }

    static let name = Field("name", .name, required: true, "The environment")
    static let targets = Field(
        "targets", .list(of: target).checked(atMost: 20),
        "Targets that only this application has there, in worlds that allow it")

    static let targetName = Field("name", .name, required: true, "The target's name, unique on the server")
    private static let targetWorld = Field(
        "world", .name, required: true, "The world behind it; its allowTargetsFrom must name the application")
    private static let target = Shape<(name: String, world: String)>.mapping([targetName, targetWorld]) { reader in
        guard let name = reader[targetName], let world = reader[targetWorld] else { return nil }
        return (name, world)
    }

    private static let long = Shape<Entry>.mapping([name, targets]) { reader in
        guard let name = reader[name] else { return nil }
        let targets = (reader[targets] ?? []).map { Target(name: $0.name, environment: name, world: $0.world) }
        return Entry(name: name, targets: targets)
    }

    static let shape = Shape<Entry>.either(Shape<String>.name.map { Entry(name: $0) }, long)
}
