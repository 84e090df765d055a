import Core
import Kubernetes

/// What is remembered of a pod.
struct PodStatus: Sendable, Hashable {
    /// One of its containers.
    struct Container: Sendable, Hashable {
        /// An end of its process.
        struct End: Sendable, Hashable {
            let code: Int
            let signal: Int?
            /// `OOMKilled`, `Error`, `Completed`, `StartError` …
            let reason: String
            let message: String
        }

        /// Why it does not run yet, or not again: `ImagePullBackOff`, `CrashLoopBackOff` …
        struct Waiting: Sendable, Hashable {
            let reason: String
            let message: String
        }

        let name: String
        let image: String
        let isReady: Bool
        let restarts: Int
        let waiting: Waiting?
        /// Now, or else at the last time.
        let end: End?
        let isRunning: Bool
    }

    let phase: String
    let isReady: Bool
    /// Why it has no node yet, or has been put off one.
    let schedulingProblem: String?
    let reason: String
    let message: String
    let containers: [Container]
    let created: String

    /// Whether nothing of it runs any more, as of a Job's that is done.
    var hasEnded: Bool { phase == "Succeeded" || phase == "Failed" }

    /// Whose output is the service's: a patch, or the cluster itself, may have put others beside it.
    /// - Returns: nil where none of them has started yet.
    func outputContainer(of application: String) -> String? {
        containers.first { $0.name == application }?.name ?? containers.last?.name
    }

    init(_ object: KubernetesObject) {
        phase = object["status", "phase"]?.string ?? "Pending"
        isReady = ObservedCondition.of("Ready", object)?.isTrue ?? false
        let scheduled = ObservedCondition.of("PodScheduled", object)
        schedulingProblem = scheduled?.isTrue == false ? scheduled?.message : nil
        reason = object["status", "reason"]?.string ?? ""
        message = String((object["status", "message"]?.string ?? "").prefix(500))
        let states =
            (object["status", "initContainerStatuses"]?.array ?? [])
            + (object["status", "containerStatuses"]?.array ?? [])
        containers = states.map(Container.init)
        created = object["metadata", "creationTimestamp"]?.string ?? ""
    }
}

extension PodStatus.Container {
    fileprivate init(_ json: JSONValue) {
        name = json["name"]?.string ?? ""
        image = json["image"]?.string ?? ""
        isReady = json["ready"]?.bool ?? false
        restarts = Int(json["restartCount"]?.integer ?? 0)
        let state = json["state"]
        waiting = state?["waiting"].map { waiting in
            Waiting(
                reason: waiting["reason"]?.string ?? "",
                message: String((waiting["message"]?.string ?? "").prefix(700)))
        }
        end = (state?["terminated"] ?? json["lastState"]?["terminated"]).map { ended in
            End(
                code: Int(ended["exitCode"]?.integer ?? 0), signal: ended["signal"]?.integer.map(Int.init),
                reason: ended["reason"]?.string ?? "",
                message: String((ended["message"]?.string ?? "").prefix(700)))
        }
        isRunning = state?["running"] != nil
    }
}
