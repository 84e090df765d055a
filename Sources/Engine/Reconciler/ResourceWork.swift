import Core
import Crypto
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
        let made = try await madeOutputs()
        let parameters = try requirement.parameters(over: made)
        let resource = try await begin(requirement, parameters)
        hideSecrets(of: resource.outputs)
        log.hide(Array(resource.secretParameters.values))
        let secrets = resource.secretParameters.mapValues { Resource.Output.secret($0) }
        let scope = DefinitionScope(
            prepared: prepared, requirement: requirement,
            parameters: parameters.merging(secrets.filter { requirement.generated[$0.key] != nil }) { $1 }, made: made)
        do {
            let request = ResourceRequest(
                id: resource.id, instance: resource.instance, name: resource.name, slug: requirement.slug,
                template: requirement.template,
                values: try requirement.values.mapValues { try scope.resolve($0).reveal() },
                state: resource.state)
            let result = try await driver.provision(request, log)
            hideSecrets(of: result.outputs)
            let outputs = try scope.outputs(from: result.outputs)
            hideSecrets(of: outputs)
            try await finish(resource, result, outputs: outputs)
        } catch let error as DeploydError where !error.code.isTransient {
            try await fail(resource, error)
            throw error
        }
    }

    private func hideSecrets(of outputs: [String: Resource.Output]) {
        log.hide(outputs.values.compactMap { if case .secret(let secret) = $0 { secret } else { nil } })
    }

    /// What is made already of all that the instance requires, by whole names.
    private func madeOutputs() async throws -> [String: [String: Resource.Output]] {
        let id = prepared.instance.id
        let resources = try await context.storage.read { try $0.resources(of: id) }
        return Dictionary(
            resources.filter { $0.status == .ready }.map { ($0.name, $0.outputs) },
            uniquingKeysWith: { _, last in last }
        ).merging(prepared.applicationOutputs) { own, _ in own }
    }

    /// What is generated is recorded before anybody is told of it, so that it is the same after whatever happens next.
    private func begin(
        _ requirement: ResolvedRequirement, _ parameters: [String: Resource.Output]
    ) async throws -> Resource {
        let plain = parameters.filter { !$0.value.isSecret }.mapValues { $0.reveal() }
        let given = parameters.filter(\.value.isSecret).mapValues { Secret($0.reveal()) }
        let generated = requirement.generated.mapValues { Secret(SecureRandom.password(length: $0)) }
        let moment = context.clock.now()
        let id = prepared.instance.id
        let world = prepared.deployment.world
        return try await context.storage.write { transaction in
            let present = try transaction.resources(of: id).first { $0.name == requirement.name }
            if var resource = present {
                if let problem = resource.problem(becoming: requirement.slug) { throw DeploydError(.conflict, problem) }
                resource.slug = requirement.slug
                resource.repository = requirement.repository
                resource.commit = requirement.commit
                resource.parameters = plain
                resource.secretParameters = generated.merging(resource.secretParameters) { $1 }.merging(given) { $1 }
                resource.status = resource.wasMade ? .updating : .provisioning
                resource.reason = nil
                resource.changedAt = moment
                try transaction.update(resource)
                return resource
            }
            let resource = Resource(
                id: Identifier.make(at: moment), instance: id, name: requirement.name, world: world,
                slug: requirement.slug, repository: requirement.repository, commit: requirement.commit,
                status: .provisioning,
                parameters: plain, secretParameters: generated.merging(given) { $1 }, createdAt: moment,
                changedAt: moment)
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
