public import Core

/// What a promotion by hand means where its caller leaves something out.
public enum Promotion {
    /// The environment after another: the next in the application's set that has it; among the application's own
    /// environments where no set does.
    /// - Throws: `.invalid` when there is none or more than one, with what there is.
    public static func next(
        after environment: String, of settings: Application.Settings, in topology: Topology
    ) throws(DeploydError) -> String {
        let sets = settings.environmentSets.compactMap { topology.environmentSets[$0] }
            .filter { $0.environments.contains(environment) }
        let orders =
            sets.isEmpty ? [(name: "its own", order: settings.environments)] : sets.map { ($0.name, $0.environments) }
        var found: [(environment: String, order: String)] = []
        for (name, order) in orders {
            guard let index = order.firstIndex(of: environment), index + 1 < order.count else { continue }
            if !found.contains(where: { $0.environment == order[index + 1] }) { found.append((order[index + 1], name)) }
        }
        if found.count == 1 { return found[0].environment }
        guard !found.isEmpty else {
            let others = topology.environments(of: settings).filter { $0 != environment }
            throw DeploydError(
                .invalid,
                "nothing follows \(environment)"
                    + (others.isEmpty
                        ? ": it is the application's only environment"
                        : "; say where with --to: \(others.joined(separator: ", "))"))
        }
        let choices = found.map { "\($0.environment) (\($0.order))" }.joined(separator: " and ")
        throw DeploydError(.invalid, "\(environment) is followed by \(choices); say which with --to")
    }

    /// The version that every target of an environment has.
    /// - Parameter instances: the application's in the environment, detached ones too: these do not count.
    /// - Throws: `.conflict` when they differ or have none, with what is where.
    public static func version(
        of application: String, in environment: String, _ instances: [Instance]
    ) throws(DeploydError) -> String {
        let attached = instances.filter { !$0.isDetached }
        let versions = Set(attached.map(\.deployed))
        if versions.count == 1, let version = versions.first, let version { return version }
        let places = attached.sorted { $0.id < $1.id }.map { "\($0.id.target) has \($0.deployed ?? "none")" }
        let listing = places.isEmpty ? "it has no target there" : places.joined(separator: ", ")
        let what =
            versions.isSubset(of: [nil])
            ? "no version of \(application) is deployed in \(environment)"
            : "the targets of \(environment) have different versions of \(application)"
        throw DeploydError(.conflict, "\(what): \(listing); name one with --version")
    }
}
