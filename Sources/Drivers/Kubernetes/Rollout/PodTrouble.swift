/// What keeps a pod from serving, as a person needs it.
struct PodTrouble: Sendable, Hashable {
    /// How sure it is that waiting does not help.
    enum Certainty: Int, Sendable, Hashable, Comparable {
        /// It comes often while things start.
        case passing
        /// It may pass, when somebody or something else acts; it is told, and waited out until the deadline.
        case waits
        /// It is the version's fault, and stays.
        case verdict

        static func < (a: Certainty, b: Certainty) -> Bool { a.rawValue < b.rawValue }
    }

    let certainty: Certainty
    let sentence: String
    /// Whose last lines say more; nil: none has written any.
    var container: String?
    /// Whether they are of its run before this one.
    var isOfPreviousRun = false

    /// Restarts after which an end is no accident any more.
    private static let surelyFailing = 2

    /// - Returns: nil where nothing is in its way, as far as can be seen.
    init?(_ pod: PodStatus) {
        let troubles =
            pod.containers.compactMap(PodTrouble.init(container:)) + [PodTrouble(asWhole: pod)].compactMap(\.self)
        guard let worst = troubles.max(by: { $0.certainty < $1.certainty }) else { return nil }
        self = worst
    }

    private init(_ certainty: Certainty, _ sentence: String, log: String? = nil, previous: Bool = false) {
        self.certainty = certainty
        self.sentence = sentence
        container = log
        isOfPreviousRun = previous
    }

    private init?(asWhole pod: PodStatus) {
        if let problem = pod.schedulingProblem {
            self.init(.waits, "no node takes the pod: \(problem)")
        } else if pod.phase == "Failed" {
            // Evicted, out of pods, of a topology that no node has: its ReplicaSet makes another one.
            let reason = pod.reason.isEmpty ? "it failed" : pod.reason
            self.init(.passing, "a pod was ended (\(reason))\(pod.message.isEmpty ? "" : ": \(pod.message)")")
        } else {
            return nil
        }
    }

    private init?(container: PodStatus.Container) {
        if let waiting = container.waiting, let trouble = PodTrouble(waiting, container) {
            self = trouble
        } else if let end = container.end, !container.isReady, end.reason != "Completed" || container.restarts > 0 {
            let isSure =
                container.restarts >= PodTrouble.surelyFailing || end.reason == "StartError"
                || end.reason == "ContainerCannotRun"
            self.init(
                isSure ? .verdict : .passing, PodTrouble.sentence(of: end, container), log: container.name,
                previous: container.restarts > 0)
        } else {
            return nil
        }
    }

    private init?(_ waiting: PodStatus.Container.Waiting, _ container: PodStatus.Container) {
        let message = waiting.message.isEmpty ? "" : ": \(waiting.message)"
        switch waiting.reason {
        case "InvalidImageName", "ErrImageNeverPull":
            self.init(.verdict, "the image \(container.image) cannot be used (\(waiting.reason))\(message)")
        case "ErrImagePull", "ImageInspectError", "RegistryUnavailable":
            self.init(PodTrouble.certainty(ofPull: waiting.message), PodTrouble.pull(waiting, container))
        case "ImagePullBackOff":
            self.init(PodTrouble.certainty(ofBackOff: waiting.message), PodTrouble.pull(waiting, container))
        case "CrashLoopBackOff":
            let sentence = container.end.map { PodTrouble.sentence(of: $0, container) } ?? "it ends again and again"
            self.init(.verdict, "\(sentence) (CrashLoopBackOff)", log: container.name, previous: true)
        case "CreateContainerConfigError", "CreateContainerError", "RunContainerError", "PreStartHookError",
            "PostStartHookError":
            self.init(.verdict, PodTrouble.configuration(waiting))
        default:
            // ContainerCreating, PodInitializing: the end before, if any, is told by whoever comes next.
            return nil
        }
    }

    /// What the registry itself has said does not change; what is between may.
    private static func certainty(ofPull message: String) -> Certainty {
        let text = message.lowercased()
        let isOnTheWay = [
            "timeout", "timed out", "connection refused", "no such host", "i/o", "eof", "temporarily",
            "too many requests",
            "503", "502", "500", "deadline exceeded", "network is unreachable", "reset by peer",
        ].contains(where: text.contains)
        let isSaid = [
            "not found", "manifest unknown", "unauthorized", "denied", "forbidden", "authentication required",
            "no match for platform", "name unknown",
        ].contains(where: text.contains)
        return isSaid && !isOnTheWay ? .verdict : .passing
    }

    /// A second failure, whose cause newer clusters repeat.
    private static func certainty(ofBackOff message: String) -> Certainty {
        let text = message.lowercased()
        return ["timeout", "timed out", "connection refused", "no such host", "too many requests", "unreachable"]
            .contains(where: text.contains) ? .waits : .verdict
    }

    private static func pull(_ waiting: PodStatus.Container.Waiting, _ container: PodStatus.Container) -> String {
        let message = waiting.message.isEmpty ? "" : ": \(waiting.message)"
        return "the image \(container.image) cannot be pulled (\(waiting.reason))\(message)"
    }

    private static func configuration(_ waiting: PodStatus.Container.Waiting) -> String {
        if waiting.message.contains("runAsNonRoot") {
            let name = waiting.message.contains("non-numeric")
            return
                "the image's user \(name ? "is a name, which cannot be told from root" : "is root"), and containers run as "
                + "another one: set USER to a number in the Dockerfile, or deploy.kubernetes.user in deployd.yaml "
                + "(\(waiting.message))"
        }
        return "the container cannot be made (\(waiting.reason)): \(waiting.message)"
    }

    /// `exited with code 3`, `was killed: it took more memory than its limit`.
    private static func sentence(of end: PodStatus.Container.End, _ container: PodStatus.Container) -> String {
        let times = container.restarts > 0 ? " \(container.restarts + 1) times" : ""
        switch end.reason {
        case "OOMKilled":
            return
                "the container was killed\(times) for want of memory (OOMKilled): raise limits.memory in deployd.yaml"
        case "StartError", "ContainerCannotRun":
            return "the container's command cannot be started (code \(end.code)): \(end.message)"
        default:
            if let signal = end.signal, signal != 0 { return "the container was ended\(times) by signal \(signal)" }
            if end.code > 128, end.code < 160 {
                return "the container ended\(times) with code \(end.code) (signal \(end.code - 128))"
            }
            return "the container exited\(times) with code \(end.code)"
        }
    }
}
