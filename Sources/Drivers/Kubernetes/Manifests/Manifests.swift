import Core
import Kubernetes
import Model

/// Turns what a service is into the objects that it is on a cluster. Pure.
enum Manifests {
    /// All of them, in the order in which they are applied; the service's own manifests first, definitions of resources
    /// before what is of their kinds. What is run before (`beforeDeploy`) is not among them.
    ///
    /// With `serving` another than `track` this is what there is until the new one is healthy.
    /// - Throws: `.invalid`: a patch or a manifest cannot be; it says where that is written.
    static func objects(for workload: KubernetesWorkload) throws(DeploydError) -> [KubernetesObject] {
        let made = try Patches(workload.spec.kubernetes.patches).applied(to: made(for: workload), of: workload)
        return try ManifestPlacement(workload, beside: made).placed() + made
    }

    /// The Job of `beforeDeploy`, after what it needs; empty without.
    static func beforeDeploy(for workload: KubernetesWorkload) throws(DeploydError) -> [KubernetesObject] {
        guard let job = BeforeDeployJob(workload: workload).object else { return [] }
        return EnvironmentObjects(workload).objects + [job]
    }

    /// What deployd makes up.
    private static func made(for workload: KubernetesWorkload) -> [KubernetesObject] {
        let deployment = DeploymentObjects(workload: workload)
        let first = EnvironmentObjects(workload).objects + [GatePolicy(workload: workload).object].compactMap(\.self)
        let services = ServiceObjects(workload: workload).objects
        let running = [deployment.disruptionBudget, deployment.deployment, deployment.autoscaler].compactMap(\.self)
        return first + services + running + EntrypointObjects(workload: workload).objects
    }
}
