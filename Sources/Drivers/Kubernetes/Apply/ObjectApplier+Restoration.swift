import Core
import Kubernetes
import Model

extension ObjectApplier {
    /// Brings back what was recorded. What is as it was applied is left alone, so that nothing that admits no changes stands
    /// in the way where none is needed.
    func restore(
        _ items: [KubernetesState.Item], onChange: (String) -> Void
    ) async throws -> [KubernetesState.Item] {
        var restored: [KubernetesState.Item] = []
        for item in items {
            let isSame = try await isAsApplied(item)
            restored += isSame ? [item] : try await apply([item.object], onChange: onChange)
        }
        return restored
    }

    private func isAsApplied(_ item: KubernetesState.Item) async throws -> Bool {
        guard let uid = item.uid, let owned = item.ownedFields, isInView(item.object) else { return false }
        let reference = ObjectReference(
            apiVersion: item.object.apiVersion, kind: item.object.kind, namespace: session.namespace,
            name: item.object.name)
        guard let live = try await session.client.get(reference), live.uid == uid, live.deletionTimestamp == nil else {
            return false
        }
        return OwnedFields.digest(of: live) == owned
            && FieldDrift(of: item.object, live: live, isExact: true).fields.isEmpty
    }
}
