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
        deployment.status == .pending && instance.deployed == deployment.version && instance.inputs == plan.inputs
            && instance.health == .healthy && instance.workload != nil
    }

    /// The plan's refusals as one error.
    var refusal: DeploydError? {
        plan.refusals.isEmpty ? nil : DeploydError(.invalid, plan.refusals.joined(separator: "\n"))
    }
}
