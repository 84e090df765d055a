import Core
import Model

/// Has a resource removed by its driver; what is recorded of it stays.
struct ResourceRemoval: Sendable {
    let context: EngineContext

    /// - Parameter instance: nil: a world's own.
    func perform(
        _ resource: Resource, of instance: InstanceIdentity? = nil, as definition: ResourceDefinition
    ) async throws {
        // Without its driver it cannot have been made.
        guard let driver = context.resourceDriver(definition.capability, in: resource.world) else { return }
        try await driver.remove(
            request(resource, instance, definition), ServerLog(log: context.log.with("resource", resource.id)))
    }

    /// What stays in the world, by names for people.
    func kept(
        _ resource: Resource, of instance: InstanceIdentity? = nil, as definition: ResourceDefinition
    ) -> [String] {
        let driver = context.resourceDriver(definition.capability, in: resource.world)
        return driver?.kept(of: request(resource, instance, definition)) ?? []
    }

    private func request(
        _ resource: Resource, _ instance: InstanceIdentity?, _ definition: ResourceDefinition
    ) -> ResourceRequest {
        ResourceRequest(
            id: resource.id, instance: instance, name: resource.name, slug: resource.slug,
            template: definition.template, values: [:], state: resource.state)
    }
}

/// What a driver says outside of any deployment goes to the server's log.
private struct ServerLog: StepLog {
    let log: Log

    func line(_ text: String) { log.info(text) }
}
