import Core
import Kubernetes

/// Whether an object is as far as whoever needs it can use it.
enum ObjectReadiness: Sendable, Equatable {
    case ready
    /// Not yet, and why.
    case waiting(String)
    /// It will not be without somebody's doing.
    case failed(String)

    init(_ object: KubernetesObject) {
        let status = object["status"]
        let observed = status?["observedGeneration"]?.integer
        if let generation = object.generation, let observed, observed < generation {
            self = .waiting("its controller has not seen it yet")
            return
        }
        switch object.kind {
        case "Deployment": self = ObjectReadiness.deployment(object)
        case "StatefulSet": self = ObjectReadiness.statefulSet(object)
        case "Job": self = ObjectReadiness.job(object)
        case "PersistentVolumeClaim":
            self = status?["phase"]?.string == "Lost" ? .failed("its volume is lost") : .ready
        case "Service" where object["spec", "type"]?.string == "LoadBalancer":
            let addresses = status?["loadBalancer"]?["ingress"]?.array ?? []
            self = addresses.isEmpty ? .waiting("it has no address yet") : .ready
        case "CustomResourceDefinition": self = ObjectReadiness.condition("Established", of: object) ?? .waiting("")
        default:
            // Controllers of other kinds say so by a condition, where they say it at all.
            self = object.apiVersion.contains(".") ? ObjectReadiness.condition("Ready", of: object) ?? .ready : .ready
        }
    }

    private static func deployment(_ object: KubernetesObject) -> ObjectReadiness {
        if let condition = find("Progressing", of: object), condition["reason"]?.string == "ProgressDeadlineExceeded" {
            return .failed(condition["message"]?.string ?? "its deadline is over")
        }
        let wanted = object["spec", "replicas"]?.integer ?? 1
        let (updated, available) = (number("updatedReplicas", object), number("availableReplicas", object))
        guard object["status", "observedGeneration"] != nil, updated >= wanted, available >= wanted else {
            return .waiting("\(min(updated, available)) of \(wanted) replicas are available")
        }
        return .ready
    }

    private static func statefulSet(_ object: KubernetesObject) -> ObjectReadiness {
        let wanted = object["spec", "replicas"]?.integer ?? 1
        let ready = number("readyReplicas", object)
        let isCurrent =
            object["status", "updateRevision"] == object["status", "currentRevision"]
            || number("updatedReplicas", object) >= wanted
        guard object["status", "observedGeneration"] != nil, ready >= wanted, isCurrent else {
            return .waiting("\(ready) of \(wanted) replicas are ready")
        }
        return .ready
    }

    private static func job(_ object: KubernetesObject) -> ObjectReadiness {
        if let failed = find("Failed", of: object), failed["status"]?.string == "True" {
            return .failed(failed["message"]?.string ?? "it failed")
        }
        return condition("Complete", of: object) ?? .waiting("it has not ended yet")
    }

    /// nil: it has no such condition.
    private static func condition(_ type: String, of object: KubernetesObject) -> ObjectReadiness? {
        find(type, of: object).map { condition in
            if condition["status"]?.string == "True" { return .ready }
            let text = [condition["reason"]?.string, condition["message"]?.string].compactMap(\.self)
            return .waiting(text.isEmpty ? "it is not \(type)" : text.joined(separator: ": "))
        }
    }

    private static func find(_ type: String, of object: KubernetesObject) -> JSONValue? {
        object["status", "conditions"]?.array?.first { $0["type"]?.string == type }
    }

    private static func number(_ key: String, _ object: KubernetesObject) -> Int64 {
        object["status", key]?.integer ?? 0
    }
}
