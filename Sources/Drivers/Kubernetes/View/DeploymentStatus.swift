import Core
import Kubernetes

/// A condition that a controller has written.
struct ObservedCondition: Sendable, Hashable {
    let isTrue: Bool
    let reason: String
    let message: String

    /// Of this type among an object's conditions.
    static func of(_ type: String, _ object: KubernetesObject) -> ObservedCondition? {
        guard
            let condition = object["status", "conditions"]?.array?.first(where: { $0["type"]?.string == type })
        else { return nil }
        return ObservedCondition(
            isTrue: condition["status"]?.string == "True", reason: condition["reason"]?.string ?? "",
            message: String((condition["message"]?.string ?? "").prefix(500)))
    }
}

/// How far a Deployment's controller has come.
struct DeploymentStatus: Sendable, Hashable {
    let observedGeneration: Int64
    let desired: Int
    let total: Int
    let updated: Int
    let available: Int
    /// Which of its ReplicaSets is the newest.
    let revision: String
    let progressing: ObservedCondition?
    let replicaFailure: ObservedCondition?

    init(_ object: KubernetesObject) {
        func count(_ path: String...) -> Int { Int(object.value(at: path)?.integer ?? 0) }
        observedGeneration = object["status", "observedGeneration"]?.integer ?? 0
        desired = object["spec", "replicas"]?.integer.map(Int.init) ?? 1
        total = count("status", "replicas")
        updated = count("status", "updatedReplicas")
        available = count("status", "availableReplicas")
        revision = object.annotations[ReplicaSetStatus.revision] ?? ""
        progressing = ObservedCondition.of("Progressing", object)
        replicaFailure = ObservedCondition.of("ReplicaFailure", object)
    }

    /// Whether it has come to its end: all replicas are of the newest version and available, and no others are left.
    func isComplete(generation: Int64) -> Bool {
        observedGeneration >= generation && updated == desired && total == updated && available == desired
    }
}

/// What is made of one version of a Deployment.
struct ReplicaSetStatus: Sendable, Hashable {
    static let revision = "deployment.kubernetes.io/revision"

    let revision: String
    let desired: Int
    let total: Int
    let available: Int
    let failure: ObservedCondition?

    init(_ object: KubernetesObject) {
        revision = object.annotations[ReplicaSetStatus.revision] ?? ""
        desired = object["spec", "replicas"]?.integer.map(Int.init) ?? 1
        total = Int(object["status", "replicas"]?.integer ?? 0)
        available = Int(object["status", "availableReplicas"]?.integer ?? 0)
        failure = ObservedCondition.of("ReplicaFailure", object)
    }
}

/// How far a Job has come.
struct JobStatus: Sendable, Hashable {
    let isComplete: Bool
    /// Why it has failed.
    let failure: String?

    init(_ object: KubernetesObject) {
        isComplete = ObservedCondition.of("Complete", object)?.isTrue ?? false
        let failed = ObservedCondition.of("Failed", object)
        failure = failed?.isTrue == true ? failed?.message : nil
    }
}
