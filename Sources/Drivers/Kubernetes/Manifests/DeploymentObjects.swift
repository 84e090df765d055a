import Core
import Kubernetes
import Model

/// The Deployment of a track, and what keeps its number of replicas.
struct DeploymentObjects {
    let workload: KubernetesWorkload

    private var name: String { workload.names.workload(workload.track) }

    /// Without `replicas` where the load decides on them: else each deployment would set them back.
    var deployment: KubernetesObject? {
        let health = workload.spec.health
        let minimumReady = Probes(health: health).minimumReadySeconds
        return workload.object(
            "apps/v1", "Deployment", name, version: true,
            [
                "spec": .members([
                    "minReadySeconds": minimumReady == 0 ? nil : .integer(minimumReady),
                    // The API server wants more than minReadySeconds.
                    "progressDeadlineSeconds": .integer(max(health.deadline.wholeSeconds, minimumReady + 1)),
                    "replicas": workload.spec.autoscaling == nil ? .integer(workload.spec.replicas) : nil,
                    "revisionHistoryLimit": 2,
                    "selector": ["matchLabels": .strings(ObjectLabels.pods(workload.identity, workload.track))],
                    "strategy": [
                        "type": "RollingUpdate", "rollingUpdate": ["maxUnavailable": 0, "maxSurge": "25%"],
                    ],
                    "template": PodTemplate(workload: workload, role: .service).json,
                ])
            ])
    }

    /// How many replicas there are, as the load has it.
    var autoscaler: KubernetesObject? {
        guard let scaling = workload.spec.autoscaling else { return nil }
        let target: JSONValue = ["apiVersion": "apps/v1", "kind": "Deployment", "name": .string(name)]
        var spec: [String: JSONValue] = [
            "scaleTargetRef": target, "minReplicas": .integer(scaling.minimum),
            "maxReplicas": .integer(scaling.maximum),
        ]
        let percent = JSONValue.integer(scaling.cpuPercent)
        if workload.apis.autoscaler == "autoscaling/v1" {
            spec["targetCPUUtilizationPercentage"] = percent
        } else {
            let utilisation: JSONValue = ["type": "Utilization", "averageUtilization": percent]
            spec["metrics"] = [["type": "Resource", "resource": ["name": "cpu", "target": utilisation]]]
        }
        return workload.object(
            workload.apis.autoscaler, "HorizontalPodAutoscaler", name, ["spec": .object(spec)])
    }

    /// One at a time may be taken away when nodes are emptied. Said so, rather than by how many must stay: it is right
    /// for whatever number an autoscaler makes, and never keeps a node from being emptied.
    var disruptionBudget: KubernetesObject? {
        guard (workload.spec.autoscaling?.maximum ?? workload.spec.replicas) > 1 else { return nil }
        let selector = JSONValue.strings(ObjectLabels.pods(workload.identity, workload.track))
        return workload.object(
            workload.apis.disruptionBudget, "PodDisruptionBudget", name,
            ["spec": ["maxUnavailable": 1, "selector": ["matchLabels": selector]]])
    }
}
