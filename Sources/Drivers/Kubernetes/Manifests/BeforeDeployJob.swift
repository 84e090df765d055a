import Core
import Kubernetes
import Model

/// What is run once before a version starts. It has its deployment's name, so that whoever performs the step again finds it.
struct BeforeDeployJob {
    let workload: KubernetesWorkload

    /// nil: there is nothing to run.
    var object: KubernetesObject? {
        guard workload.spec.beforeDeploy != nil else { return nil }
        return workload.object(
            "batch/v1", "Job", workload.names.beforeDeploy(workload.deployment), version: true,
            [
                "spec": [
                    "activeDeadlineSeconds": .integer(workload.beforeDeployLimit.wholeSeconds),
                    "backoffLimit": 0,
                    "template": PodTemplate(workload: workload, role: .beforeDeploy).json,
                ]
            ])
    }
}
