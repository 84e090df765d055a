import Core
import Kubernetes
import Model

/// What is recorded of an instance on a cluster: what it consists of, exactly as it was applied, so that it can be brought
/// back, and told from what is somebody else's.
struct KubernetesState: Sendable, Equatable {
    /// One object, as it was applied.
    struct Item: Sendable, Equatable {
        let object: KubernetesObject
        /// Which of those that had its name.
        var uid: String?
        /// A digest of the fields that deployd had then; nil: not known.
        var ownedFields: String?
        /// As it was when it was applied: while it is that, nothing of it has changed.
        var resourceVersion: String?

        var key: ObjectKey { ObjectKey(object) }
    }

    /// A version that stays beside the one that serves.
    struct Kept: Sendable, Equatable {
        let track: Track
        let version: String
        let items: [Item]
        /// When it is removed; nil: as newer ones come.
        let retireAt: Timestamp?
    }

    var namespace: String
    var version: String
    var track: Track
    var items: [Item]
    /// The newest first.
    var kept: [Kept] = []
    /// Values that must not be shown, wherever the pods' output is.
    var secrets: [Secret] = []
    /// What is told of an attempt that was left as it is (`onFailure: stop`).
    var leftover: String?

    /// The Deployment that serves; nil where a service has none.
    var deployment: Item? { items.first { $0.key.kind == .deployment && ObjectNames.isWorkload($0.object, track) } }

    var itemsByKey: [ObjectKey: Item] {
        Dictionary(items.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Everything that belongs to it, each once.
    var everything: [Item] {
        var seen: Set<ObjectKey> = []
        return (items + kept.flatMap(\.items)).filter { seen.insert($0.key).inserted }
    }
}

extension ObjectNames {
    /// Whether it is what deployd has made of the service itself, and none of the team's own Deployments.
    static func isWorkload(_ object: KubernetesObject, _ track: Track) -> Bool {
        object["spec", "selector", "matchLabels"]?[ObjectLabels.track]?.string == track.label
    }
}
