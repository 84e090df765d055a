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
        let scope = DefinitionScope(prepared: prepared, requirement: requirement)
        do {
            let request = ResourceRequest(
                id: resource.id, instance: resource.instance, name: resource.name, slug: requirement.slug,
                template: requirement.template, values: try requirement.values.mapValues { try scope.resolve($0) },
                state: resource.state)
            let made = try await driver.provision(request, log)
            try await finish(resource, made, outputs: try scope.outputs(from: made.outputs))
        } catch let error as DeploydError where !error.code.isTransient {
            try await fail(resource, error)
            throw error
        }
    }

    private func begin(_ requirement: ResolvedRequirement) async throws -> Resource {
        let moment = context.clock.now()
        let id = prepared.instance.id
        let world = prepared.deployment.world
        return try await context.storage.write { transaction in
            let present = try transaction.resources(of: id).first { $0.name == requirement.name }
            if var resource = present {
                guard resource.slug == requirement.slug || resource.status != .ready else {
                    throw DeploydError(
                        .conflict,
                        "'\(requirement.name)' is a \(resource.slug) and cannot become a \(requirement.slug): its data "
                            + "would be lost; require it under another name")
                }
                resource.slug = requirement.slug
                resource.repository = requirement.repository
                resource.parameters = requirement.parameters
                resource.status = resource.status == .ready ? .updating : .provisioning
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

/// What a definition's texts may refer to.
private struct DefinitionScope: Sendable {
    let prepared: PreparedDeployment
    let requirement: ResolvedRequirement

    func resolve(_ template: Template, outputs: [String: String] = [:]) throws -> String {
        try template.resolve { try value(of: $0, outputs: outputs) }
    }

    /// The definition's outputs: those of the template first, as texts may refer to them.
    func outputs(from made: [String: Resource.Output]) throws -> [String: Resource.Output] {
        var values: [String: Resource.Output] = [:]
        for case (let name, .template(let source, let isSecret)) in requirement.outputs {
            guard let output = made[source] else {
                throw DeploydError(
                    .invalid,
                    "the slug '\(requirement.slug)' takes its output '\(name)' from '\(source)', which its template "
                        + "does not give; it gives \(made.keys.sorted().joined(separator: ", "))")
            }
            values[name] = isSecret ? .secret(Secret(output.reveal())) : output
        }
        let known = values.mapValues { $0.reveal() }
        for case (let name, .text(let template, let isSecret)) in requirement.outputs {
            let text = try resolve(template, outputs: known)
            let holdsSecret = template.references.contains { reference in
                reference.path.first == "outputs" && values[reference.path.last ?? ""]?.isSecret == true
            }
            values[name] = isSecret || holdsSecret ? .secret(Secret(text)) : .plain(text)
        }
        return values
    }

    private func value(of reference: Reference, outputs: [String: String]) throws -> String {
        let path = reference.path
        switch (path.first, path.count) {
        case ("params", 2): if let value = requirement.parameters[path[1]] { return value }
        case ("outputs", 2): if let value = outputs[path[1]] { return value }
        case ("application", 1): return prepared.release.application
        case ("environment", 1): return prepared.instance.environment
        case ("target", 1): return prepared.instance.id.target
        case ("world", 1): return prepared.deployment.world
        case ("resource", 1): return requirement.name
        case ("world", 3) where path[1] == "parameters":
            if let value = prepared.world.parameterText(path[2]) { return value }
        default: break
        }
        throw DeploydError(.invalid, "the slug '\(requirement.slug)' refers to '${\(reference)}', which has no value")
    }
}
