import Core
import Formats
import Model

/// Performs the steps of a prepared deployment through the drivers.
struct DeploymentWork: Sendable {
    let prepared: PreparedDeployment
    let context: EngineContext
    let log: DeploymentStepLog

    /// - Returns: the workload's state to record, if the step changed it.
    func perform(_ step: PlannedStep, previous: Secret?) async throws -> Secret? {
        switch step.work {
        case .resource(let name):
            guard let requirement = prepared.requirements.first(where: { $0.name == name }) else {
                throw DeploydError(.internal, "the plan names no requirement '\(name)'")
            }
            try await ResourceWork(prepared: prepared, context: context, log: log).provision(requirement)
            return nil
        case .workload(let step):
            return try await prepared.driver.perform(step, try await request(previous: previous), log)
        }
    }

    /// Stops what the attempt has started. Best effort: what is left is found by the next attempt's own steps.
    func abandon(previous: Secret?) async {
        do {
            try await prepared.driver.abandon(try await request(previous: previous), log)
        } catch {
            log.line("cleaning up after the failed attempt failed: \(error)")
        }
    }

    /// The stable addresses that the commit records.
    func entrypoints(previous: Secret?) async throws -> [String: String] {
        try await addresses(previous: previous).entrypoints
    }

    private func addresses(previous: Secret?) async throws -> WorkloadAddresses {
        try await prepared.driver.addresses(
            for: prepared.instance.id, ports: prepared.service.ports,
            entrypoints: prepared.service.entrypoints.mapValues(\.port), previous: previous)
    }

    private func request(previous: Secret?) async throws -> WorkloadRequest {
        let addresses = try await addresses(previous: previous)
        let id = prepared.instance.id
        let resources = try await context.storage.read { try $0.resources(of: id) }
        let required = Set(prepared.requirements.map(\.name))
        let outputs = Dictionary(
            resources.filter { required.contains($0.name) && $0.status == .ready }.map { ($0.name, $0.outputs) },
            uniquingKeysWith: { _, last in last })
        let resolver = SpecResolver(prepared: prepared, addresses: addresses, outputs: outputs)
        log.hide(resolver.secrets)
        return WorkloadRequest(
            instance: id, environment: prepared.instance.environment, world: prepared.deployment.world,
            deployment: prepared.deployment.id, release: prepared.release, spec: try resolver.resolve(),
            addresses: addresses, previous: previous)
    }
}
