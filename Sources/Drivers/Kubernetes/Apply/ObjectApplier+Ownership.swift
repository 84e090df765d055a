import Core
import Kubernetes
import Model

extension ObjectApplier {
    /// Whose an object is that is to be applied.
    enum Standing: Sendable {
        case absent, own, adopted
    }

    /// - Throws: `.conflict` when it is somebody else's; `.unavailable` while it is being deleted.
    func standing(of object: KubernetesObject, _ type: ResourceType) async throws -> Standing {
        if isInView(object), type.isNamespaced {
            try await session.view.follow([type], for: OwnershipLabels.owner(identity))
            if let seen = session.view.object(ObjectKey(object)) {
                return try judge(ObjectKey(object), owner: seen.owner, isBeingDeleted: seen.isBeingDeleted, "deployd")
            }
        }
        // The view holds deployd's own only, so that what it lacks may be somebody else's.
        guard
            let live = try await session.client.get(
                type, namespace: object.namespace ?? session.namespace, name: object.name)
        else { return .absent }
        let managers = Set(live.managers.map(\.name)).sorted().joined(separator: ", ")
        return try judge(
            ObjectKey(object), owner: OwnershipLabels.owner(live.labels), isBeingDeleted: live.deletionTimestamp != nil,
            managers)
    }

    private func judge(
        _ key: ObjectKey, owner: InstanceIdentity?, isBeingDeleted: Bool, _ managers: String
    ) throws(DeploydError) -> Standing {
        if let owner, owner != OwnershipLabels.owner(identity) {
            if ResourceObjects.isResource(owner) {
                throw DeploydError(
                    .conflict,
                    "\(key) in namespace \(session.namespace) is of a resource (its annotation \(ResourceObjects.owner) says "
                        + "of which), which may be gone and its data kept: remove it if nobody needs it"
                        + (remedy.map { ", or \($0)" } ?? ""))
            }
            let hint =
                owner.application == ObjectLabels.value(identity.application)
                ? ": two targets of one application need namespaces of their own" : ""
            throw DeploydError(
                .conflict,
                "\(key) in namespace \(session.namespace) belongs to \(owner.application) on target \(owner.target)\(hint)"
            )
        }
        if isBeingDeleted {
            throw DeploydError(
                .unavailable, "\(key) in namespace \(session.namespace) is being deleted; its end is waited for")
        }
        if owner != nil { return .own }
        guard adopts else {
            let by = managers.isEmpty ? "" : " (managed by \(managers))"
            throw DeploydError(
                .conflict,
                "\(key) exists in namespace \(session.namespace) and is not deployd's\(by): remove it, or "
                    + (remedy ?? "have it taken over with adopt: true in deploy.kubernetes of deployd.yaml"))
        }
        return .adopted
    }
}
