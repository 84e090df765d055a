import Core
import Formats

/// What a service uses of what its world declares for everyone.
public struct SharedPlan: Sendable, Equatable {
    /// The name in the world by the name that the service has for it; only of what can be used.
    public let uses: [String: String]
    /// Each after all that it requires.
    public let requirements: [ResolvedRequirement]
    /// What stands against it, one sentence each.
    public let problems: [String]
    /// What becomes of each.
    let actions: [PlanAction]

    /// Of a service that uses nothing of it.
    public static let none = SharedPlan(uses: [:], requirements: [], problems: [], actions: [])

    private init(
        uses: [String: String], requirements: [ResolvedRequirement], problems: [String], actions: [PlanAction]
    ) {
        self.uses = uses
        self.requirements = requirements
        self.problems = problems
        self.actions = actions
    }

    /// - Parameters:
    ///   - uses: as the service's file has it.
    ///   - worlds: every world, to say where an undeclared name exists.
    ///   - resources: what the world has.
    public init(
        _ uses: [String: String], in world: World, worlds: [World], catalogue: ResourceCatalogue, resources: [Resource]
    ) {
        let declared = uses.filter { world.shared[$0.value] != nil }
        let names = Set(declared.values)
        let plan = RequirementPlan(
            shared: world.shared.filter { names.contains($0.key) }, in: world, worlds: worlds, catalogue: catalogue)
        let undeclared = uses.filter { declared[$0.key] == nil }.sorted { $0.key < $1.key }.map { name, shared in
            "requires.\(name): "
                + SharedPlan.absence(of: shared, in: world, worlds, isThere: resources.contains { $0.name == shared })
        }
        self.init(
            uses: declared, requirements: plan.requirements,
            problems: undeclared + plan.problems
                + plan.requirements.compactMap { requirement in
                    resources.first { $0.name == requirement.name }?.problem(becoming: requirement.slug)
                },
            actions: plan.requirements.map { requirement in
                Planner.action(for: requirement, existing: resources, label: SharedPlan.label(requirement.name))
            })
    }

    /// The name of its step and action, which no requirement of the service's own can have.
    public static func label(_ name: String) -> String { "shared \(name)" }

    /// The outputs by the names that the service has for them.
    public var outputs: [String: Set<String>] {
        uses.compactMapValues { shared in
            requirements.first { $0.name == shared }.map { Set($0.outputs.keys) }
        }
    }

    /// Who uses it becomes outdated when any of this changes.
    var canonical: JSONValue {
        [
            "uses": .object(uses.mapValues { .string($0) }),
            "requirements": .array(requirements.map(\.canonical)),
        ]
    }

    private static func absence(of name: String, in world: World, _ worlds: [World], isThere: Bool) -> String {
        guard !isThere else {
            return "the world '\(world.name)' no longer declares the shared '\(name)', which is still there: "
                + "declare it again in the world file, or require something else"
        }
        let known = world.shared.keys.sorted()
        let others = worlds.filter { $0.name != world.name && $0.shared[name] != nil }.map(\.name).sorted()
        let hint = NearestName.hint(name, in: known)
        let elsewhere = others.isEmpty ? "" : "; it is there in \(others.joined(separator: ", "))"
        let listing = known.isEmpty ? "; it declares none" : "; there is \(known.joined(separator: ", "))"
        return "the world '\(world.name)' declares no shared '\(name)'\(elsewhere)"
            + (hint.isEmpty && others.isEmpty ? listing : hint)
    }
}
