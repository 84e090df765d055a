import Core
import Kubernetes
import Model
import Synchronization

/// A connection to a cluster: its client, what is seen by it, and what it was told lately.
final class ClusterSession: Sendable {
    /// What the server answered when an object was applied.
    struct Applied: Sendable, Hashable {
        let uid: String
        let generation: Int64
        let ownedFields: String
        let resourceVersion: String
    }

    /// So much is asked of a server at most: a thousand applications are two thousand objects.
    static let limits = ClientLimits(requestsPerSecond: 1000, burst: 1000, concurrentRequests: 16)

    let client: KubernetesClient
    let view: ClusterView
    let namespace: String
    let apis: APIVersions
    private let applied = Mutex<[ObjectKey: Applied]>([:])
    let permissions: Permissions
    /// For those who have an instance's objects at hand: each has a hundred kilobytes of them, and thousands may want to.
    let places = Limiter(32)
    /// The same for those who look at what is recorded.
    let looks = Limiter(32)
    let drift = DriftMemory()

    init(_ client: KubernetesClient, namespace: String, apis: APIVersions, clock: any WallClock) {
        self.client = client
        self.namespace = namespace
        self.apis = apis
        view = ClusterView(client, namespace: namespace, clock: clock)
        permissions = Permissions(client, clock: clock)
    }

    func applied(_ key: ObjectKey) -> Applied? { applied.withLock { $0[key] } }

    func note(_ key: ObjectKey, _ answer: Applied?) { applied.withLock { $0[key] = answer } }
}
