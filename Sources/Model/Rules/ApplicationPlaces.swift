import Formats

/// Where an application is to be: on the targets of its environments that take it, and on its own.
public struct ApplicationPlaces: Sendable {
    private let application: Application
    private let topology: Topology
    private let environments: [String]

    public init(of application: Application, in topology: Topology) {
        self.application = application
        self.topology = topology
        environments = topology.environments(of: application.settings)
    }

    /// In the order of its environments.
    public var placements: [Placement] {
        guard application.detachment == nil else { return [] }
        return environments.filter { PolicyRules(topology).refusal(of: application, in: $0) == nil }.flatMap {
            environment in
            let own = application.settings.targets.filter { $0.environment == environment && problem(of: $0) == nil }
            let targets = (topology.environments[environment]?.targets ?? []) + own
            return targets.map { Placement(environment: environment, target: $0.name, world: $0.world) }
        }
    }

    /// Why a target of an application's own is not there; nil when it is.
    public func problem(of target: Target) -> String? {
        let name = target.world ?? ""
        if let other = topology.targets[target.name] {
            return
                "the target '\(target.name)' belongs to the environment '\(other.environment)'"
                + "\(topology.place(of: .target, target.name)); names of targets are unique on the server"
        }
        guard let world = topology.worlds[name] else {
            let known = topology.worlds.keys.sorted()
            let hint = NearestName.hint(name, in: known)
            return "there is no world '\(name)'\(hint.isEmpty ? "; there is \(known.joined(separator: ", "))" : hint)"
        }
        guard !world.allowsTargetsFrom.contains(where: { Glob.matches($0, application.name) }) else { return nil }
        return
            "the world '\(name)' lets '\(application.name)' add no target of its own; whoever runs it can list it in "
            + "allowTargetsFrom\(topology.place(of: .world, name))"
    }

    /// Why an application has nothing more to do with an instance that no placement names.
    public func absence(of instance: Instance) -> String {
        if let detachment = application.detachment { return detachment }
        let environment = instance.environment
        guard environments.contains(environment) else {
            return "\(application.name) no longer goes to the environment '\(environment)'"
        }
        if let refusal = PolicyRules(topology).refusal(of: application, in: environment) { return refusal }
        if let own = application.settings.targets.first(where: { $0.name == instance.id.target }),
            let problem = problem(of: own)
        {
            return problem
        }
        return "the environment '\(environment)' no longer has the target '\(instance.id.target)'"
    }
}
