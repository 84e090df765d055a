import Core
import Formats

/// The kinds of document in `worlds/*.yaml`. Each has exactly one of these keys, which names what it declares.
enum WorldFormat {
    private static let kinds: [(key: String, shape: Shape<WorldDocument>)] = [
        ("world", world), ("environment", environment), ("environmentSet", environmentSet), ("promotion", promotion),
    ]

    static let keys = kinds.map(\.key)

    static func read(_ place: Place) -> WorldDocument? {
        guard let entries = place.node.mapping else { return place.fail(expected: "a mapping") }
        let found = entries.filter { keys.contains($0.key) }
        guard let first = found.first, let kind = kinds.first(where: { $0.key == first.key }) else {
            let hints = entries.prefix(20).lazy.compactMap { entry in
                NearestName.find(entry.key, in: keys).map { "; did you mean '\($0)' for '\(entry.key)'?" }
            }
            place.fail("expected one of the keys \(keys.joined(separator: ", "))\(hints.first ?? "")")
            return nil
        }
        for other in found.dropFirst() {
            place.fail(
                key: other, "a document has one of these keys, and this one has '\(first.key)'; begin another with ---")
        }
        return found.count == 1 ? kind.shape.read(place) : nil
    }

    /// Every kind, for an editor that does not know which one a document is.
    static let schema = Schema.either(.either(world.schema, environment.schema), environmentSet.schema)

    static let environmentName = Field("environment", .name, required: true, "The environment's name")
    static let description = Field("description", .string, "One sentence for people")
    static let labels = Field("labels", .labels, "Free labels, for selectors")
    static let environmentTargets = Field(
        "targets", .list(of: environmentTarget), "Its targets, besides those that worlds are")
    private static let targetName = Field("name", .name, required: true, "The target's name, unique on the server")
    private static let targetWorld = Field(
        "world", .name, "The world behind it; default: none, it is tracked only, others deploy there and report")
    private static let environmentTarget = Shape<WorldDocument.EnvironmentTarget>.mapping([
        targetName, targetWorld, labels,
    ]) { reader in
        reader[targetName].map { name in
            WorldDocument.EnvironmentTarget(name: name, world: reader[targetWorld], labels: reader[labels] ?? [:])
        }
    }

    static let environment = Shape<WorldDocument>.mapping(
        [environmentName, description, labels, environmentTargets] + PolicyFormat.fields + [
            UnbuiltField("windows", "When deployments may begin")
        ]
    ) { reader in
        let value = Environment(
            name: reader[environmentName] ?? "", description: reader[description] ?? "",
            labels: reader[labels] ?? [:], policy: PolicyFormat.read(reader))
        return .environment(value, targets: reader[environmentTargets] ?? [])
    }

    private static let setName = Field("environmentSet", .name, required: true, "The set's name")
    private static let members = Field(
        "environments", .distinctNames(minimum: 1), required: true, "Its environments, in the order of promotion")

    static let environmentSet = Shape<WorldDocument>.mapping([setName, labels, members]) { reader in
        .environmentSet(
            EnvironmentSet(
                name: reader[setName] ?? "", environments: reader[members] ?? [], labels: reader[labels] ?? [:]))
    }

    /// Refused whole: nothing is said of the keys of what cannot be used.
    private static let promotion = Shape<WorldDocument>(.anything(expected: "a promotion")) { place in
        for entry in place.node.mapping ?? [] where entry.key == "promotion" {
            place.fail(key: entry, "not built yet")
        }
        return nil
    }
}
