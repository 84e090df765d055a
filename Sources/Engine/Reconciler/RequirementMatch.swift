import Formats
import Model

/// What a service requires, matched with what a world offers.
struct RequirementMatch {
    /// Each after what it requires.
    let matched: [ResolvedRequirement]
    /// What could not be matched, one sentence each.
    let problems: [String]

    init(
        service: ServiceFile, release: Release, instance: Instance, world: World, snapshot: TopologySnapshot,
        shared: SharedPlan
    ) {
        let others = shared.outputs.merging(service.applications.mapValues { _ in [ApplicationNeed.output] }) { $1 }
        let plan = RequirementPlan(
            service.requirements,
            values: [
                "version": release.version, "commit": release.commit ?? release.version,
                // Nothing becomes another one when the application is renamed.
                "application": instance.identity.application, "environment": instance.environment,
                "target": instance.id.target, "world": world.name,
            ], others: others,
            in: world, worlds: snapshot.topology.sortedWorlds,
            catalogue: snapshot.catalogue)
        matched = plan.requirements
        problems = plan.problems + RequirementMatch.unknownOutputs(service, plan.requirements, others)
    }

    /// References to outputs that the matched definitions do not have.
    private static func unknownOutputs(
        _ service: ServiceFile, _ matched: [ResolvedRequirement], _ others: [String: Set<String>]
    ) -> [String] {
        let outputs = others.merging(matched.map { ($0.name, Set($0.outputs.keys)) }) { $1 }
        let texts =
            (service.command ?? []) + (service.beforeDeploy ?? [])
            + service.environment.sorted { $0.key < $1.key }.map(\.value)
        var seen: Set<String> = []
        return texts.flatMap(\.references).compactMap { reference in
            let path = reference.path
            guard path.count == 3, path[0] == "requires", let known = outputs[path[1]], !known.contains(path[2]),
                seen.insert("\(reference)").inserted
            else { return nil }
            return "${\(reference)}: '\(path[1])' has no output '\(path[2])'; "
                + "it has \(known.sorted().joined(separator: ", "))"
        }
    }
}
