public import Core
import Crypto
import Formats

/// What a plan is made from.
public struct PlannerInput: Sendable {
    public let instance: Instance
    public let release: Release
    /// Whether the application's name reaches what runs.
    public let isToldItsName: Bool
    public let world: String
    /// The world's settings that reach what runs, as one canonical value.
    public let worldSettings: JSONValue
    /// Each after all that it requires.
    public let requirements: [ResolvedRequirement]
    /// Other applications that it requires.
    public let applications: [ApplicationNeed]
    /// What the instance has.
    public let resources: [Resource]
    /// Fingerprints of the secrets that it is given, by name.
    public let secrets: [String: String]
    /// nil: there is nothing to run before it.
    public let beforeDeploy: BeforeDeployPlan?
    /// What it uses of what the world has for everyone.
    public let shared: SharedPlan
    /// How many are to run at once.
    public let replicas: Int
    public let steps: [WorkloadStep]
    public let refusals: [String]

    public init(
        instance: Instance, release: Release, isToldItsName: Bool = false, world: String, worldSettings: JSONValue,
        requirements: [ResolvedRequirement], applications: [ApplicationNeed] = [], resources: [Resource],
        secrets: [String: String] = [:], beforeDeploy: BeforeDeployPlan? = nil, shared: SharedPlan = .none,
        replicas: Int = 1, steps: [WorkloadStep], refusals: [String]
    ) {
        self.instance = instance
        self.release = release
        self.isToldItsName = isToldItsName
        self.world = world
        self.worldSettings = worldSettings
        self.requirements = requirements
        self.applications = applications
        self.resources = resources
        self.secrets = secrets
        self.beforeDeploy = beforeDeploy
        self.shared = shared
        self.replicas = replicas
        self.steps = steps
        self.refusals = refusals
    }
}

/// Works out what a deployment does. Pure: the same input gives the same plan, byte for byte.
public enum Planner {
    public static func plan(_ input: PlannerInput) -> InstancePlan {
        let shared = input.shared.requirements.map { requirement in
            PlannedStep(
                name: SharedPlan.label(requirement.name), kind: .resource, work: .shared(requirement.name))
        }
        let resources = input.requirements.map { requirement in
            PlannedStep(name: requirement.name, kind: .resource, work: .resource(requirement.name))
        }
        let workload = input.steps.map { PlannedStep(name: $0.name, kind: $0.kind, work: .workload($0)) }
        return InstancePlan(
            instance: input.instance.id, version: input.release.version, inputs: digest(of: input),
            actions: input.applications.map(action) + input.shared.actions
                + input.requirements.map { action(for: $0, existing: input.resources) }
                + [input.beforeDeploy?.action(version: input.release.version), workloadAction(input)].compactMap(\.self)
                + orphans(input),
            steps: shared + resources + workload, refusals: input.refusals + input.shared.problems + slugChanges(input))
    }

    /// Whether it is healthy just now is no part of a plan.
    private static func action(for need: ApplicationNeed) -> PlanAction {
        let place = "the application \(need.application) on \(need.instance.target)"
        return PlanAction(
            kind: .resource, name: need.name, change: .none,
            detail: need.url.map { "\(place) at \($0)" } ?? "waits for \(place)")
    }

    static func action(
        for requirement: ResolvedRequirement, existing: [Resource], label: String? = nil
    ) -> PlanAction {
        let kind = DeploymentStep.Kind.resource
        let name = label ?? requirement.name
        guard let resource = existing.first(where: { $0.name == requirement.name }), resource.status != .deleted else {
            return PlanAction(
                kind: kind, name: name, change: .create,
                detail: "\(requirement.slug) of \(requirement.repository)")
        }
        let origin = "\(requirement.slug) of \(requirement.repository)"
        if resource.slug != requirement.slug {
            return PlanAction(
                kind: kind, name: name, change: .replace, detail: "\(resource.slug) becomes \(origin)")
        }
        guard let detail = requirement.change(of: resource) else {
            return PlanAction(kind: kind, name: name, change: .none, detail: "\(origin); as it is")
        }
        return PlanAction(kind: kind, name: name, change: .update, detail: "\(origin); \(detail)")
    }

    private static func slugChanges(_ input: PlannerInput) -> [String] {
        input.requirements.compactMap { requirement in
            input.resources.first { $0.name == requirement.name }?.problem(becoming: requirement.slug)
        }
    }

    private static func workloadAction(_ input: PlannerInput) -> PlanAction {
        let version = input.release.version
        let (change, detail): (PlanAction.Change, String) =
            switch input.instance.deployed {
            case nil: (.create, "version \(version)")
            case version: (.update, "version \(version) again")
            case .some(let deployed): (.update, "version \(deployed) becomes \(version)")
            }
        let isComparable = input.instance.deployed != nil && input.refusals.isEmpty
        let secrets = isComparable ? SecretNeeds.change(from: input.instance.secrets, to: input.secrets) : nil
        return PlanAction(
            kind: .workload, name: input.instance.id.application, change: change,
            detail: [detail, replicasChange(input), secrets].compactMap(\.self).joined(separator: "; "))
    }

    private static func replicasChange(_ input: PlannerInput) -> String? {
        guard let before = input.instance.replicas?.total else {
            return input.replicas == 1 ? nil : "\(input.replicas) replicas"
        }
        return before == input.replicas ? nil : "replicas \(before) → \(input.replicas)"
    }

    /// What is no longer required stays until the instance is destroyed.
    private static func orphans(_ input: PlannerInput) -> [PlanAction] {
        let required = Set(input.requirements.map(\.name))
        return input.resources.filter { !required.contains($0.name) && $0.status != .deleted }.map {
            PlanAction(kind: .resource, name: $0.name, change: .none, detail: "no longer required; kept")
        }
    }

    /// Whatever is named here decides what runs; a change of it makes an instance outdated.
    private static func digest(of input: PlannerInput) -> String {
        let release = input.release
        var members: [String: JSONValue] = [
            "application": .string(input.instance.identity.application), "version": .string(release.version),
            "source": .string(release.source.key), "path": .string(release.path),
            "file": .string(Digest.sha256(of: release.file).hex),
            "environment": .string(input.instance.environment), "target": .string(input.instance.id.target),
            "world": .string(input.world), "worldSettings": input.worldSettings,
            "requirements": .array(input.requirements.map(\.canonical)),
        ]
        if !input.applications.isEmpty {
            // Where it is, and not its version: a new version of it is no reason to start anything again.
            members["applications"] = .array(
                input.applications.map { ["name": .string($0.name), "url": $0.url.map(JSONValue.string) ?? .null] })
        }
        if input.isToldItsName, release.application != input.instance.identity.application {
            members["name"] = .string(release.application)
        }
        // Left out where there are none, as it was before there could be any.
        if !input.secrets.isEmpty { members["secrets"] = .object(input.secrets.mapValues(JSONValue.string)) }
        if !input.shared.uses.isEmpty { members["shared"] = input.shared.canonical }
        return "sha256:" + Digest.sha256(of: JSONValue.object(members).bytes).hex
    }
}

extension ResolvedRequirement {
    /// What a deployment would change of a resource, for people; nil when nothing.
    fileprivate func change(of resource: Resource) -> String? {
        let later = Set(deferred.keys)
        let plain = Set(resource.parameters.keys).union(parameters.keys).subtracting(later)
            .filter { resource.parameters[$0] != parameters[$0] }
        let changed = (plain + secrets.keys.filter { resource.secretParameters[$0] != secrets[$0] }).sorted()
        if !changed.isEmpty { return "changes \(changed.joined(separator: ", "))" }
        if resource.status != .ready { return "it is \(resource.status.rawValue)" }
        return resource.definition.map { $0 == digest } ?? true ? nil : "its definition changed"
    }
}
