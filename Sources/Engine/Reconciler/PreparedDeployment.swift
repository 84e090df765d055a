import Core
import Model

/// Everything that a deployment needs to be performed, worked out before anything changes.
struct PreparedDeployment: Sendable {
    let deployment: Deployment
    let instance: Instance
    let release: Release
    let world: World
    let service: ServiceFile
    let plan: InstancePlan
    let requirements: [ResolvedRequirement]
    let driver: any WorkloadDriver
    let resourceDrivers: [String: any ResourceDriver]

    /// Whether the instance is seen to have all that the deployment would bring: so nothing is restarted for it.
    var isInPlace: Bool {
        deployment.status == .pending && !deployment.isRestart && instance.deployed == deployment.version
            && instance.inputs == plan.inputs
            && instance.health == .healthy && instance.workload != nil
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
