import Model

/// How far a roll-out has come, told from what a view has of it.
struct RolloutState: Sendable, Equatable {
    let deployment: DeploymentStatus
    let isComplete: Bool
    /// What is in the way, the worst first.
    var trouble: PodTrouble?
    /// The pod that has it.
    var pod: String?
    /// Of the newest version: what the controller could not make.
    var refusal: ObservedCondition?
    let isOverdue: Bool
    /// Of the newest version: how many of its replicas are available.
    private(set) var available: Int

    /// - Parameters:
    ///   - name: the Deployment's.
    ///   - generation: what was asked for.
    /// - Returns: nil when it is not there.
    init?(_ name: String, of objects: [ObjectKey: ObservedObject], generation: Int64, uid: String? = nil) {
        guard let object = objects[ObjectKey(.deployment, name)], uid == nil || object.uid == uid,
            case .deployment(let status) = object.status
        else { return nil }
        deployment = status
        // The old version's are counted among the Deployment's own.
        available = max(0, min(status.updated, status.available - (status.total - status.updated)))
        let isSeen = object.generation >= generation && status.observedGeneration >= object.generation
        isComplete = isSeen && status.isComplete(generation: generation)
        guard isSeen, !isComplete else {
            isOverdue = false
            return
        }
        isOverdue = status.progressing?.reason == "ProgressDeadlineExceeded"
        let newest = objects.values.first { candidate in
            guard candidate.controller == object.uid, case .replicaSet(let set) = candidate.status else { return false }
            return set.revision == status.revision
        }
        refusal = status.replicaFailure.flatMap { $0.isTrue ? $0 : nil }
        guard let newest else { return }
        if case .replicaSet(let set) = newest.status {
            available = min(status.updated, set.available)
            if let failure = set.failure, failure.isTrue { refusal = failure }
        }
        let found = objects.compactMap { key, pod -> (name: String, trouble: PodTrouble)? in
            guard pod.controller == newest.uid, !pod.isBeingDeleted, case .pod(let status) = pod.status else {
                return nil
            }
            return PodTrouble(status).map { (key.name, $0) }
        }
        // The same of several with the same trouble, so that a sentence does not waver.
        let worst = found.sorted { $0.name < $1.name }.max { $0.trouble.certainty < $1.trouble.certainty }
        trouble = worst?.trouble
        pod = worst?.name
    }

    /// `2 of 3 replicas available`
    var progress: String {
        let old = deployment.total - deployment.updated
        let more = old > 0 ? ", \(old) of the old version left" : ""
        return "\(available) of \(deployment.desired) replicas available\(more)"
    }

    /// What stands in the way, in one sentence.
    var obstacle: String? {
        if let refusal { return RolloutState.sentence(of: refusal) }
        return trouble?.sentence
    }

    /// Of a pod that could not be made: quota, admission, a service account that is missing.
    static func sentence(of refusal: ObservedCondition) -> String {
        let message = refusal.message
        if message.contains("exceeded quota") {
            return "the namespace's quota is used up: \(message)"
        }
        if message.contains("denied the request") || message.contains("violates PodSecurity") {
            return "the cluster does not admit the pods: \(message)"
        }
        return "the cluster cannot make the pods: \(message)"
    }
}
