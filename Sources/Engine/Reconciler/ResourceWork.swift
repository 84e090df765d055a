import Core
import Formats
import Model

/// Makes or updates one required resource and records what it is.
struct ResourceWork: Sendable {
    let prepared: PreparedDeployment
    let context: EngineContext
    let log: DeploymentStepLog

    func provision(_ requirement: ResolvedRequirement) async throws {
        guard let driver = prepared.resourceDrivers[requirement.capability] else {
            throw DeploydError(.notBuiltYet, "the capability '\(requirement.capability)' is not built yet")
        }
        let resource = try await begin(requirement)
        hideSecrets(of: resource.outputs)
        let scope = DefinitionScope(prepared: prepared, requirement: requirement)
        do {
            let request = ResourceRequest(
                id: resource.id, instance: resource.instance, name: resource.name, slug: requirement.slug,
                template: requirement.template, values: try requirement.values.mapValues { try scope.resolve($0) },
                state: resource.state)
            let made = try await driver.provision(request, log)
            hideSecrets(of: made.outputs)
            let outputs = try scope.outputs(from: made.outputs)
            hideSecrets(of: outputs)
            try await finish(resource, made, outputs: outputs)
        } catch let error as DeploydError where !error.code.isTransient {
            try await fail(resource, error)
            throw error
        }
    }

    private func hideSecrets(of outputs: [String: Resource.Output]) {
        log.hide(outputs.values.compactMap { if case .secret(let secret) = $0 { secret } else { nil } })
    }

    private func begin(_ requirement: ResolvedRequirement) async throws -> Resource {
        let moment = context.clock.now()
        let id = prepared.instance.id
        let world = prepared.deployment.world
        return try await context.storage.write { transaction in
            let present = try transaction.resources(of: id).first { $0.name == requirement.name }
            if var resource = present {
                if let problem = resource.problem(becoming: requirement.slug) { throw DeploydError(.conflict, problem) }
                resource.slug = requirement.slug
                resource.repository = requirement.repository
                resource.parameters = requirement.parameters
                resource.status = resource.wasMade ? .updating : .provisioning
                resource.reason = nil
                resource.changedAt = moment
                try transaction.update(resource)
                return resource
            }
            let resource = Resource(
                id: Identifier.make(at: moment), instance: id, name: requirement.name, world: world,
                slug: requirement.slug, repository: requirement.repository, status: .provisioning,
                parameters: requirement.parameters, createdAt: moment, changedAt: moment)
            try transaction.insert(resource)
            return resource
        }
    }

    private func finish(
        _ resource: Resource, _ made: ProvisionedResource, outputs: [String: Resource.Output]
    ) async throws {
        let isNew = resource.status == .provisioning
        let isChanged = isNew || resource.outputs != outputs
        try await record(resource, event: isNew ? .resourceProvisioned : isChanged ? .resourceUpdated : nil) {
            $0.status = .ready
            $0.reason = nil
            $0.outputs = outputs
            $0.state = made.state
        }
    }

    private func fail(_ resource: Resource, _ error: DeploydError) async throws {
        let reason = log.redact(error.message)
        try await record(resource, event: .resourceFailed, detail: reason) {
            $0.status = .failed
            $0.reason = reason
        }
    }

    private func record(
        _ resource: Resource, event: EventType?, detail: String? = nil,
        _ change: @escaping @Sendable (inout Resource) -> Void
    ) async throws {
        let moment = context.clock.now()
        let deployment = prepared.deployment
        try await context.storage.write { transaction in
            guard var current = try transaction.resource(id: resource.id) else { return }
            change(&current)
            current.changedAt = moment
            try transaction.update(current)
            guard let event else { return }
            try transaction.append(
                EventDraft(
                    event, actor: deployment.actor, cause: Cause(.deployment, deployment.id),
                    application: resource.instance.application, environment: deployment.environment,
                    target: resource.instance.target, after: "\(resource.name) (\(resource.slug))", detail: detail),
                at: moment)
        }
    }
}
