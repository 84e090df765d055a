import Core
import Formats
import Model

/// Performs the steps of a prepared deployment through the drivers.
struct DeploymentWork: Sendable {
    /// What a step gives to record.
    struct Result: Sendable {
        /// The workload's state, if the step changed it.
        var workload: Secret?
        /// The stable addresses, of the commit step.
        var entrypoints: [String: String] = [:]
        /// Fingerprints of the secrets that it was given, of the commit step.
        var secrets: [String: String] = [:]
        /// How many there are, of the commit step.
        var replicas = 1
    }

    let prepared: PreparedDeployment
    let context: EngineContext
    let log: DeploymentStepLog
    /// Whether outputs that nobody knows yet have a stand-in, since nothing is performed.
    var fillsUnknown = false

    func perform(_ step: PlannedStep, previous: Secret?) async throws -> Result {
        switch step.work {
        case .resource(let name):
            guard let requirement = prepared.requirements.first(where: { $0.name == name }) else {
                throw DeploydError(.internal, "the plan names no requirement '\(name)'")
            }
            try await ResourceWork(prepared: prepared, context: context, log: log).provision(requirement)
            return Result()
        case .shared(let name):
            try await SharedWork(prepared: prepared, context: context, log: log).provision(name)
            return Result()
        case .workload(let step):
            let request = try await request(previous: previous)
            let state = try await prepared.driver.perform(step, request, log)
            return Result(
                workload: state, entrypoints: request.addresses.entrypoints,
                secrets: prepared.secrets.needs.fingerprints, replicas: prepared.service.replicas)
        }
    }

    /// Stops what the attempt has started.
    /// - Returns: the workload's state to record; nil leaves what is recorded.
    func abandon(previous: Secret?) async throws -> Secret? {
        try await prepared.driver.abandon(try await request(previous: previous), log)
    }

    func request(previous: Secret?) async throws -> WorkloadRequest {
        let addresses = try await prepared.driver.addresses(
            for: prepared.instance.identity, ports: prepared.service.ports,
            entrypoints: prepared.entrypoints, replicas: prepared.service.replicas, previous: previous)
        let id = prepared.instance.id
        let prepared = prepared
        let (resources, others) = try await context.look { reader in
            (try reader.resources(of: id), try prepared.otherOutputs(in: reader))
        }
        let required = Set(prepared.requirements.map(\.name))
        let outputs = Dictionary(
            resources.filter { required.contains($0.name) && $0.status == .ready }.map { ($0.name, $0.outputs) },
            uniquingKeysWith: { _, last in last }
        ).merging(others) { own, _ in own }.merging(fillsUnknown ? prepared.unknownOutputs : [:]) { known, stand in
            known.merging(stand) { known, _ in known }
        }
        let resolver = SpecResolver(prepared: prepared, addresses: addresses, outputs: outputs)
        log.hide(resolver.secrets.filter { $0.reveal() != WorkloadRequest.unknown })
        let further = try addresses.ofFurther.map { addresses in
            try SpecResolver(prepared: prepared, addresses: addresses, outputs: outputs).resolve()
        }
        var request = WorkloadRequest(
            instance: id, identity: prepared.instance.identity, environment: prepared.instance.environment,
            world: prepared.deployment.world,
            deployment: prepared.deployment.id, release: prepared.release, spec: try resolver.resolve(),
            further: further, addresses: addresses, previous: previous)
        request.isRestart = prepared.deployment.isRestart
        return request
    }
}
