import Core
import Model

/// Targets that would have another name because their world serves more environments, or fewer.
///
/// The default is WORLD for one environment and WORLD-ENVIRONMENT for several. What runs under the one name would be
/// detached, and everything made anew under the other, which nobody means who adds an environment.
struct RenamedTargets {
    private let topology: Topology
    private let reader: any StorageReader

    /// What would be detached that way, each with the line that keeps it.
    /// - Parameter before: what is in force; nil: nothing yet.
    static func problems(
        _ topology: Topology, over before: Topology?, in reader: any StorageReader
    ) throws -> [TopologyProblem] {
        let renamed = topology.targets.values.filter { target in
            guard topology.origins.naming(of: target.name) != .written, let former = target.otherDefaultName
            else { return false }
            return topology.targets[former] == nil && (before == nil || before?.targets[former]?.world == target.world)
        }
        guard !renamed.isEmpty else { return [] }
        return try RenamedTargets(topology: topology, reader: reader).problems(renamed.sorted { $0.name < $1.name })
    }

    private func problems(_ renamed: [Target]) throws -> [TopologyProblem] {
        // One pass over all of them: a start looks at every target.
        let instances = Dictionary(grouping: try reader.instances(InstanceFilter()), by: \.id.target)
        return try renamed.compactMap { target in
            guard let former = target.otherDefaultName else { return nil }
            let held = try (instances[former] ?? []).filter { try isLost($0, to: target) }
            return held.isEmpty ? nil : problem(target, former, held.map(\.id.application).sorted())
        }
    }

    /// Whether an instance of the former name has something, and nothing else names it.
    private func isLost(_ instance: Instance, to target: Target) throws -> Bool {
        guard !instance.isDetached, (instance.world, instance.environment) == (target.world, target.environment)
        else { return false }
        let isOwn = try reader.application(instance.id.application)?.settings.targets
            .contains { $0.name == instance.id.target }
        guard isOwn != true else { return false }
        return try instance.deployed != nil || instance.workload != nil || !reader.resources(of: instance.id).isEmpty
    }

    private func problem(_ target: Target, _ former: String, _ applications: [String]) -> TopologyProblem {
        let shown = applications.prefix(3).joined(separator: ", ")
        let more = applications.count > 3 ? " and \(applications.count - 3) more" : ""
        let sentence =
            "the target of '\(target.environment)' would be named '\(target.name)' now, and what \(shown)\(more) has on "
            + "'\(former)' would be detached; "
        let (keep, detach) = (remedy(target, former), remedy(target, target.name))
        guard case .file(let file, let position) = topology.origins[.target, target.name] else {
            return TopologyProblem("\(sentence)say \(keep) to keep it, or \(detach) to detach it")
        }
        return TopologyProblem(
            "\(sentence)write \(keep) here to keep it, or \(detach) to detach it", file: file, at: position)
    }

    private func remedy(_ target: Target, _ name: String) -> String {
        topology.origins.naming(of: target.name) == .world
            ? "'targets: [{ name: \(name), environment: \(target.environment) }]'" : "'name: \(name)'"
    }
}
