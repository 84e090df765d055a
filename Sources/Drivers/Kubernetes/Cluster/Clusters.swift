import Core
import Model
import Synchronization

/// The clusters of all worlds, made when they are needed and made anew when a world's settings are others.
final class Clusters: Sendable {
    private struct Entry {
        let cluster: Cluster
        var used: Timestamp
    }

    /// After how long without use a cluster's watches are ended.
    private static let patience = Duration.seconds(1800)

    private let parts: KubernetesDriver.Parts
    private let entries = Mutex<[String: Entry]>([:])

    init(_ parts: KubernetesDriver.Parts) { self.parts = parts }

    func cluster(of world: String, _ settings: KubernetesSettings) -> Cluster {
        let now = parts.clock.steady()
        let (cluster, unused) = entries.withLock { entries in
            var unused: [Cluster] = []
            for (name, entry) in entries where now - entry.used > Clusters.patience {
                unused.append(entry.cluster)
                entries[name] = nil
            }
            if let entry = entries[world] {
                if entry.cluster.settings == settings {
                    entries[world]?.used = now
                    return (entry.cluster, unused)
                }
                unused.append(entry.cluster)
            }
            let cluster = Cluster(settings, parts)
            entries[world] = Entry(cluster: cluster, used: now)
            return (cluster, unused)
        }
        for cluster in unused { Task { await cluster.close() } }
        return cluster
    }
}
