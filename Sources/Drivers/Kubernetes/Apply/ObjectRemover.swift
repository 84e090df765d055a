import Core
import Kubernetes
import Model

/// Removes objects of an instance: those of the recorded identity, and only where the labels say that they are its own.
struct ObjectRemover: Sendable {
    let session: ClusterSession
    let identity: InstanceIdentity

    /// - Returns: what was removed, by names for people.
    @discardableResult
    func remove(_ items: [KubernetesState.Item]) async throws -> [String] {
        var removed: [String] = []
        for item in items.reversed() {
            try Task.checkCancellation()
            if try await remove(item) { removed.append("\(item.key)") }
        }
        return removed
    }

    private func remove(_ item: KubernetesState.Item) async throws -> Bool {
        guard !Retention.keeps(item.object) else { return false }
        let object = item.object
        let client = session.client
        let type: ResourceType
        do { type = try await client.discovery.type(apiVersion: object.apiVersion, kind: object.kind) } catch let error
            as DeploydError where error.code == .notFound
        {
            // Its definition is gone, and all of its kind with it.
            return false
        }
        return try await remove(type, namespace: object.namespace, name: object.name, uid: item.uid)
    }

    /// - Parameter uid: nil: whichever has the name and the labels.
    func remove(_ type: ResourceType, namespace: String?, name: String, uid: String?) async throws -> Bool {
        let namespace = namespace ?? session.namespace
        let key = ObjectKey(KindKey(group: type.group, kind: type.kind), name)
        guard let live = try await session.client.get(type, namespace: namespace, name: name), let found = live.uid,
            uid == nil || uid == found, OwnershipLabels.owner(live.labels) == OwnershipLabels.owner(identity)
        else { return false }
        do {
            let options = DeleteOptions(propagation: .background, uid: found)
            let outcome = try await session.client.delete(type, namespace: namespace, name: name, options)
            session.note(key, nil)
            return outcome != .wasAbsent
        } catch let error as DeploydError where error.code == .preconditionFailed {
            return false
        }
    }
}
