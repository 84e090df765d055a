import Core
import Kubernetes
import Model

/// What is remembered of an object of a cluster: what decides, and nothing of its content.
struct ObservedObject: Sendable, Hashable {
    /// What its kind has beside that.
    enum Status: Sendable, Hashable {
        case deployment(DeploymentStatus)
        case replicaSet(ReplicaSetStatus)
        case pod(PodStatus)
        case job(JobStatus)
        /// Where a load balancer has it: addresses or host names.
        case reached([String])
        case other
    }

    let uid: String
    let apiVersion: String
    /// Whose it is; nil: its labels do not say.
    let owner: InstanceIdentity?
    /// What made it: a ReplicaSet a pod, a Deployment a ReplicaSet.
    let controller: String?
    let generation: Int64
    /// Which fields deployd has applied: a digest of their names; empty: none.
    let ownedFields: String
    let isBeingDeleted: Bool
    /// Of what hardly changes: the same as long as nothing has; empty for what runs, which changes all the time.
    let resourceVersion: String
    let status: Status

    init(_ object: KubernetesObject) {
        uid = object.uid ?? ""
        apiVersion = object.apiVersion
        owner = OwnershipLabels.owner(object.labels)
        controller = object.owners.first(where: \.isController)?.uid
        generation = object.generation ?? 0
        ownedFields = OwnedFields.digest(of: object)
        isBeingDeleted = object["metadata", "deletionTimestamp"] != nil
        status =
            switch KindKey(apiVersion: object.apiVersion, kind: object.kind) {
            case .deployment: .deployment(DeploymentStatus(object))
            case .replicaSet: .replicaSet(ReplicaSetStatus(object))
            case .pod: .pod(PodStatus(object))
            case .job: .job(JobStatus(object))
            case .service, .ingress: .reached(ObservedObject.addresses(object))
            default: .other
            }
        resourceVersion =
            switch status {
            case .reached, .other: object.resourceVersion ?? ""
            default: ""
            }
    }

    /// Whether a Deployment was scaled beside what was applied. Servers before 1.22 do not note who does that, so that deployd
    /// has the field all the same.
    func isScaled(from applied: KubernetesObject) -> Bool {
        guard case .deployment(let status) = status, let wanted = applied["spec", "replicas"]?.integer else {
            return false
        }
        return wanted != status.desired
    }

    private static func addresses(_ object: KubernetesObject) -> [String] {
        (object["status", "loadBalancer", "ingress"]?.array ?? []).compactMap { place in
            place["hostname"]?.string ?? place["ip"]?.string
        }
    }
}

/// By which labels a view finds what deployd has made, and whose it is.
enum OwnershipLabels {
    /// All that deployd makes.
    static let selector = "app.kubernetes.io/managed-by=deployd"

    /// As the labels have it, which may have to shorten names.
    static func owner(_ labels: [String: String]) -> InstanceIdentity? {
        guard let application = labels[ObjectLabels.application], let target = labels[ObjectLabels.target] else {
            return nil
        }
        return InstanceIdentity(application: application, target: target)
    }

    static func owner(_ identity: InstanceIdentity) -> InstanceIdentity {
        InstanceIdentity(
            application: ObjectLabels.value(identity.application), target: ObjectLabels.value(identity.target))
    }
}
