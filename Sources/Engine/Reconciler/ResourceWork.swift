import Core
import Crypto
import Formats
import Model

/// Makes or updates one resource, of an instance or of its world, and records what it is.
struct ResourceWork: Sendable {
    let prepared: PreparedDeployment
    let context: EngineContext
    let log: DeploymentStepLog
    /// nil: the instance's own; else as it is declared now, for everyone.
    var sharedBy: World?

    func provision(_ requirement: ResolvedRequirement) async throws {
        guard let driver = prepared.resourceDrivers[requirement.capability] else {
            throw DeploydError(.notBuiltYet, "the capability '\(requirement.capability)' is not built yet")
        }
        let made = try await madeOutputs()
        let parameters = try requirement.parameters(over: made)
        if sharedBy != nil, try await isThere(requirement, parameters) { return log.line("it is as it should be") }
        let resource = try await begin(requirement, parameters)
        hideSecrets(of: resource.outputs)
        log.hide(Array(resource.secretParameters.values))
        let secrets = resource.secretParameters.mapValues { Resource.Output.secret($0) }
        let scope = DefinitionScope(
            world: sharedBy ?? prepared.world,
            values: sharedBy.map { ["world": $0.name] } ?? prepared.definitionValues, requirement: requirement,
            parameters: parameters.merging(secrets.filter { requirement.generated[$0.key] != nil }) { $1 }, made: made)
        do {
            let values = try requirement.values.mapValues { try scope.resolve($0) }
            var request = ResourceRequest(
                id: resource.id, instance: sharedBy == nil ? prepared.instance.identity : nil, name: resource.name,
                slug: requirement.slug, template: requirement.template,
                values: values.mapValues { $0.reveal() },
                state: resource.state)
            request.secretValues = Set(values.filter(\.value.isSecret).keys)
            request.outputs = Set(
                requirement.outputs.values.compactMap { if case .template(let source, _) = $0 { source } else { nil } })
            let result = try await driver.provision(request, log)
            hideSecrets(of: result.outputs)
            let outputs = try scope.outputs(from: result.outputs)
            hideSecrets(of: outputs)
            try await finish(resource, requirement, result, outputs: outputs)
        } catch let error as DeploydError where !error.code.isTransient {
            try await fail(resource, error)
            throw error
        }
    }

    private func hideSecrets(of outputs: [String: Resource.Output]) {
        log.hide(outputs.values.compactMap { if case .secret(let secret) = $0 { secret } else { nil } })
    }

    /// What is made already, by whole names: of the world's own for its own, else of the instance's and what else it uses.
    private func madeOutputs() async throws -> [String: [String: Resource.Output]] {
        let (work, prepared) = (self, prepared)
        return try await context.storage.read { reader in
            let resources = try work.resources(in: reader).filter { $0.status == .ready }
            let others = work.sharedBy == nil ? try prepared.otherOutputs(in: reader) : [:]
            return others.merging(resources.map { ($0.name, $0.outputs) }) { _, own in own }
        }
    }

    private func resources(in reader: any StorageReader) throws -> [Resource] {
        guard sharedBy != nil else { return try reader.resources(of: prepared.instance.id) }
        return try reader.sharedResources(of: prepared.world.name)
    }

    /// Whether it was made of exactly this, after what it requires: another deployment did it.
    private func isThere(
        _ requirement: ResolvedRequirement, _ parameters: [String: Resource.Output]
    ) async throws -> Bool {
        let work = self
        let resources = try await context.storage.read { try work.resources(in: $0) }
        guard let resource = resources.first(where: { $0.name == requirement.name }), resource.status == .ready,
            resource.definition == requirement.digest
        else { return false }
        let isSame = parameters.allSatisfy { name, value in
            value.isSecret
                ? resource.secretParameters[name]?.reveal() == value.reveal()
                : resource.parameters[name] == value.reveal()
        }
        let below = resources.filter { $0.name.hasPrefix("\(requirement.name).") }
        return isSame && below.allSatisfy { $0.changedAt <= resource.changedAt }
    }

    /// What is generated is recorded before anybody is told of it, so that it is the same after whatever happens next.
    private func begin(
        _ requirement: ResolvedRequirement, _ parameters: [String: Resource.Output]
    ) async throws -> Resource {
        let plain = parameters.filter { !$0.value.isSecret }.mapValues { $0.reveal() }
        let given = parameters.filter(\.value.isSecret).mapValues { Secret($0.reveal()) }
        let generated = requirement.generated.mapValues { Secret(SecureRandom.password(length: $0)) }
        let moment = context.clock.now()
        let (work, id) = (self, sharedBy == nil ? prepared.instance.id : nil)
        let world = prepared.deployment.world
        return try await context.storage.write { transaction in
            let present = try work.resources(in: transaction).first { $0.name == requirement.name }
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
        _ resource: Resource, _ requirement: ResolvedRequirement, _ made: ProvisionedResource,
        outputs: [String: Resource.Output]
    ) async throws {
        let isNew = resource.status == .provisioning
        let isChanged = isNew || resource.outputs != outputs
        try await record(resource, event: isNew ? .resourceProvisioned : isChanged ? .resourceUpdated : nil) {
            $0.status = .ready
            $0.reason = nil
            $0.outputs = outputs
            $0.definition = requirement.digest
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
            let owner = resource.instance
            let place = owner == nil ? "shared in the world \(deployment.world)" : nil
            try transaction.append(
                EventDraft(
                    event, actor: deployment.actor, cause: Cause(.deployment, deployment.id),
                    application: owner?.application, environment: owner.map { _ in deployment.environment },
                    target: owner?.target, after: "\(resource.name) (\(resource.slug))",
                    detail: place.map { place in detail.map { "\(place): \($0)" } ?? place } ?? detail),
                at: moment)
        }
    }
}
