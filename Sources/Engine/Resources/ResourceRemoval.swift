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
        let request = ResourceRequest(
            id: resource.id, instance: instance, name: resource.name, slug: resource.slug,
            template: definition.template, values: [:], state: resource.state)
        try await driver.remove(request, ServerLog(log: context.log.with("resource", resource.id)))
    }
}

/// What a driver says outside of any deployment goes to the server's log.
private struct ServerLog: StepLog {
    let log: Log

    func line(_ text: String) { log.info(text) }
}
