public import Core

/// What somebody who follows all objects of a kind is told.
public enum WatchUpdate: Sendable {
    /// These are all there are: at the beginning, and whenever it cannot be said what changed.
    case all([KubernetesObject])
    /// New, or another than before.
    case changed(KubernetesObject)
    /// Gone; as it was at last.
    case removed(KubernetesObject)
    /// Nothing is known of changes from now on, and why. It is tried again.
    case interrupted(DeploydError)
    /// What came after `interrupted` up to here was told; changes are followed again.
    case resumed
}
