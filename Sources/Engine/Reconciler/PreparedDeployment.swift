import Core
import Model

/// Everything that a deployment needs to be performed, worked out before anything changes.
final class PreparedDeployment: Sendable {
    let deployment: Deployment
    let instance: Instance
    let release: Release
    let world: World
    let service: ServiceFile
    /// The service's, as they are in the world.
    let entrypoints: [String: WorkloadEntrypoint]
    let plan: InstancePlan
    let secrets: SecretMatch
    let requirements: [ResolvedRequirement]
    let applications: [ApplicationNeed]
    let shared: SharedPlan
    let resources: RequiredResources
    /// Whether `beforeDeploy` has not run for the version yet.
    let isBeforeDeployDue: Bool
    let driver: any WorkloadDriver
    let resourceDrivers: [String: any ResourceDriver]

    init(
        deployment: Deployment, instance: Instance, release: Release, world: World, service: ServiceFile,
        entrypoints: [String: WorkloadEntrypoint], plan: InstancePlan, secrets: SecretMatch,
        requirements: [ResolvedRequirement], applications: [ApplicationNeed], shared: SharedPlan,
        resources: RequiredResources, isBeforeDeployDue: Bool, driver: any WorkloadDriver,
        resourceDrivers: [String: any ResourceDriver]
    ) {
        self.deployment = deployment
        self.instance = instance
        self.release = release
        self.world = world
        self.service = service
        self.entrypoints = entrypoints
        self.plan = plan
        self.secrets = secrets
        self.requirements = requirements
        self.applications = applications
        self.shared = shared
        self.resources = resources
        self.isBeforeDeployDue = isBeforeDeployDue
        self.driver = driver
        self.resourceDrivers = resourceDrivers
    }

    /// Whether the instance is seen to have all that the deployment would bring: so nothing is restarted for it.
    var isInPlace: Bool {
        deployment.status == .pending && !deployment.isRestart && instance.deployed == deployment.version
            && instance.inputs == plan.inputs
            && instance.health == .healthy && instance.drift.isEmpty && !instance.isMixed && instance.workload != nil
            && resources.obstacles.isEmpty
    }

    /// What the texts of its resources' definitions may refer to. What was made is found again by the name that the
    /// application was made with.
    var definitionValues: [String: String] {
        [
            "application": instance.identity.application, "environment": instance.environment,
            "target": instance.id.target, "world": world.name,
        ]
    }

    /// What other applications and the world's own resources give, by the names that the service has for them.
    func otherOutputs(in reader: any StorageReader) throws -> [String: [String: Resource.Output]] {
        var outputs: [String: [String: Resource.Output]] = [:]
        for need in applications { outputs[need.name] = need.url.map { [ApplicationNeed.output: .plain($0)] } }
        guard !shared.uses.isEmpty else { return outputs }
        let made = try reader.sharedResources(of: world.name)
        for (name, shared) in shared.uses {
            // Somebody else may be changing it meanwhile; what it gave last is still there.
            outputs[name] = made.first { $0.name == shared && ($0.status == .ready || !$0.outputs.isEmpty) }?.outputs
        }
        return outputs
    }

    /// Stand-ins for all that is given to the service, by the names that it has for them.
    var unknownOutputs: [String: [String: Resource.Output]] {
        let unknown = WorkloadRequest.unknown
        var outputs: [String: [String: Resource.Output]] = [:]
        for requirement in requirements { outputs[requirement.name] = requirement.unknownOutputs(unknown) }
        for need in applications { outputs[need.name] = [ApplicationNeed.output: .plain(unknown)] }
        for (name, used) in shared.uses {
            outputs[name] = shared.requirements.first { $0.name == used }?.unknownOutputs(unknown)
        }
        return outputs
    }

    /// The plan's refusals as one error.
    var refusal: DeploydError? {
        // A restart changes nothing but the process.
        if deployment.isRestart, !deployment.hasTouchedWorkload, instance.inputs != plan.inputs {
            return DeploydError(
                .conflict, "what it is deployed with has changed meanwhile: restart it again to keep what it has")
        }
        // A restart would make them without what runs before a deployment.
        if deployment.isRestart, let waiting = resources.waiting.first { return DeploydError(.conflict, waiting) }
        return plan.refusals.isEmpty ? nil : DeploydError(.invalid, plan.refusals.joined(separator: "\n"))
    }
}
