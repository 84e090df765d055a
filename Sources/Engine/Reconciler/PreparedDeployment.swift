import Core
import Model

/// Everything that a deployment needs to be performed, worked out before anything changes.
struct PreparedDeployment: Sendable {
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
    let driver: any WorkloadDriver
    let resourceDrivers: [String: any ResourceDriver]

    /// Whether the instance is seen to have all that the deployment would bring: so nothing is restarted for it.
    var isInPlace: Bool {
        deployment.status == .pending && !deployment.isRestart && instance.deployed == deployment.version
            && instance.inputs == plan.inputs
            && instance.health == .healthy && instance.workload != nil
    }

    /// What the other applications give, by the names that the service has for them.
    var applicationOutputs: [String: [String: Resource.Output]] {
        Dictionary(
            applications.compactMap { need in need.url.map { (need.name, [ApplicationNeed.output: .plain($0)]) } },
            uniquingKeysWith: { first, _ in first })
    }

    /// The plan's refusals as one error.
    var refusal: DeploydError? {
        // A restart changes nothing but the process.
        if deployment.isRestart, !deployment.hasTouchedWorkload, instance.inputs != plan.inputs {
            return DeploydError(
                .conflict, "what it is deployed with has changed meanwhile: restart it again to keep what it has")
        }
        return plan.refusals.isEmpty ? nil : DeploydError(.invalid, plan.refusals.joined(separator: "\n"))
    }
}
