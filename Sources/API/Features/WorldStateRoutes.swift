import Client
import Core
import Engine
import HTTPServer
import Model

/// What runs in a world.
struct WorldStateRoutes: Sendable {
    let services: APIServices

    var operations: [Operation] { [state] }

    private var state: Operation {
        Operation(
            method: .get, path: "/api/v1/worlds/{world}/state", id: "getWorldState", tag: "Worlds",
            summary: "What runs in a world, with its replicas, image, health and drift",
            parameters: Operation.Parameter.page,
            answers: [.json(Wire.WorldState.self, "As it was seen last.")],
            handler: .task { request in
                let world = try WorldRoutes.world(request, services)
                let (page, topology) = (try request.page(), services.snapshot.topology)
                let (workloads, next) = try await services.storage.read { reader in
                    let found = try reader.instances(
                        InstanceFilter(world: world.name), matching: LabelSelector(), in: topology, page)
                    return (try WorldStateRoutes.workloads(found.items.map(\.instance), reader), found.next)
                }
                let routes = WorldRoutes(services: services)
                var capabilities: [String: Wire.WorldState.Capability] = [:]
                for capability in world.capabilities {
                    let health = await routes.health(capability.rawValue, in: world)
                    capabilities[capability.rawValue] = Wire.WorldState.Capability(
                        health: health.health, reason: health.reason,
                        workloads: capability == world.deployCapability ? workloads : [])
                }
                return try Answer.json(
                    Wire.WorldState(world: world.name, capabilities: capabilities, next: next))
            })
    }

    /// Of those that have something there.
    private static func workloads(
        _ instances: [Instance], _ reader: any StorageReader
    ) throws -> [Wire.WorldState.Workload] {
        try instances.filter { $0.workload != nil }.map { instance in
            let release = try instance.deployed.flatMap { try reader.release(instance.id.application, $0) }
            let shown = Wire.Instance(instance, labels: [:])
            return Wire.WorldState.Workload(
                application: shown.application, target: shown.target, environment: shown.environment,
                version: instance.deployed, image: release?.image?.pinned, health: shown.health,
                reason: shown.healthReason, since: shown.since, replicas: shown.replicas, drift: shown.drift)
        }
    }
}
