import Core
import Kubernetes
import Model

/// What others have changed of objects. Nothing is asked of the server as long as deployd has all the fields that it has
/// applied; only then the object itself is looked at, once for each of its changes.
struct DriftLook: Sendable {
    let session: ClusterSession

    func fields(of items: [KubernetesState.Item]) async throws -> [DriftedField] {
        var drifted: [DriftedField] = []
        for item in items {
            if session.isLost(item) {
                drifted.append(DriftedField(object: "\(item.key)", field: nil, manager: nil))
            } else if let seen = session.view.object(item.key) {
                drifted += try await fields(of: item, seen)
            }
        }
        return drifted
    }

    private func fields(of item: KubernetesState.Item, _ seen: ObservedObject) async throws -> [DriftedField] {
        if let owned = item.ownedFields, owned == seen.ownedFields {
            // What was just applied is perhaps not seen yet.
            let isSeen = seen.generation >= session.applied(item.key)?.generation ?? 0
            return isSeen && seen.isScaled(from: item.object)
                ? [DriftedField(object: "\(item.key)", field: "spec.replicas", manager: nil)] : []
        }
        let mark = DriftMemory.Mark(seen)
        if let known = session.drift.known(item.key, mark) { return known }
        guard
            let live = try await session.client.get(
                ObjectReference(
                    apiVersion: item.object.apiVersion, kind: item.object.kind, namespace: session.namespace,
                    name: item.object.name))
        else { return [DriftedField(object: "\(item.key)", field: nil, manager: nil)] }
        let found = FieldDrift(of: item.object, live: live).fields
        session.drift.keep(item.key, mark, found)
        return found
    }
}
