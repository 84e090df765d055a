import Core
import Model

/// Makes or updates what a world has for everyone, if that is not done yet.
struct SharedWork: Sendable {
    let prepared: PreparedDeployment
    let context: EngineContext
    let log: DeploymentStepLog

    /// - Parameter name: the whole name in the world.
    func provision(_ name: String) async throws {
        try await context.sharedPlaces.place(for: name, in: prepared.world.name).withPlace {
            let (requirement, world) = try current(name)
            let work = ResourceWork(prepared: prepared, context: context, log: log, sharedBy: world)
            try await work.provision(requirement)
        }
    }

    /// As the world declares it now: a deployment that was planned before a change must not take that back.
    private func current(_ name: String) throws -> (ResolvedRequirement, World) {
        let snapshot = context.topology.current
        if let world = snapshot.topology.worlds[prepared.world.name] {
            let plan = SharedPlan(
                prepared.shared.uses, in: world, worlds: snapshot.topology.sortedWorlds, catalogue: snapshot.catalogue,
                resources: [])
            if let requirement = plan.requirements.first(where: { $0.name == name }) { return (requirement, world) }
        }
        guard let requirement = prepared.shared.requirements.first(where: { $0.name == name }) else {
            throw DeploydError(.internal, "the plan names no shared '\(name)'")
        }
        return (requirement, prepared.world)
    }
}
