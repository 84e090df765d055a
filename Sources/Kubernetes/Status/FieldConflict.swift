/// A field of an object that somebody else manages, and that an application would change.
///
/// https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts
public struct FieldConflict: Sendable, Hashable {
    /// `.spec.replicas`
    public let field: String
    /// Who: `kubectl-client-side-apply`, `kube-controller-manager` …
    public let manager: String

    public init(field: String, manager: String) {
        self.field = field
        self.manager = manager
    }
}

extension APIStatus {
    /// What a server-side apply without `force` was refused for; empty for every other refusal.
    public var fieldConflicts: [FieldConflict] {
        causes.filter { $0.reason == "FieldManagerConflict" }.map { cause in
            // conflict with "kubectl" with subresource "scale" using apps/v1 at 2026-01-01T00:00:00Z
            let quoted = cause.message.split(separator: "\"", omittingEmptySubsequences: false)
            return FieldConflict(
                field: cause.field, manager: quoted.count > 2 ? String(quoted[1]) : "somebody else")
        }
    }
}
