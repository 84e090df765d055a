import Core
import Kubernetes
import Model
import Synchronization

/// What deployd has made in one namespace of a cluster, as it is now: one watch for each kind, shared by all instances.
///
/// A kind is followed from the first time that it is asked for. Of each object only what decides is kept.
final class ClusterView: Sendable {
    /// After how long of an interruption nothing is said of what was seen before it.
    static let patience = Duration.seconds(15)
    /// For the first list of a kind.
    static let listingLimit = Duration.seconds(60)
    /// Kinds of which more is looked at than their metadata.
    private static let whole: Set<KindKey> = [.deployment, .replicaSet, .pod, .service, .job, .ingress]

    let client: KubernetesClient
    let namespace: String
    let clock: any WallClock
    private let waiters = ViewWaiters()
    private let state = Mutex(ViewState())

    init(_ client: KubernetesClient, namespace: String, clock: any WallClock) {
        self.client = client
        self.namespace = namespace
        self.clock = clock
    }

    /// What an instance has, of the kinds that are followed.
    func objects(of identity: InstanceIdentity) -> [ObjectKey: ObservedObject] {
        state.withLock { $0.objects(of: identity) }
    }

    func object(_ key: ObjectKey) -> ObservedObject? { state.withLock { $0.objects[key] } }

    /// Counts the changes of what an instance has.
    func version(of identity: InstanceIdentity) -> UInt64 { state.withLock { $0.version(of: identity) } }

    /// Why nothing can be said of a kind now; nil when all is known.
    func gap(in kind: KindKey) -> DeploydError? {
        let now = clock.steady()
        return state.withLock { state in
            guard let following = state.following[kind], following.isListed else {
                return state.following[kind]?.interruption?.error
                    ?? DeploydError(.unavailable, "the cluster's \(kind) objects are not known yet")
            }
            guard let (since, error) = following.interruption, now - since >= ClusterView.patience else { return nil }
            return error
        }
    }

    /// Follows these kinds, and waits until all of each were told once.
    /// - Throws: why that cannot be: what the server refuses, or that it takes too long.
    func follow(_ kinds: [ResourceType], for identity: InstanceIdentity) async throws {
        for type in kinds { start(type) }
        let end = clock.steady() + ClusterView.listingLimit
        for kind in kinds.map({ KindKey(group: $0.group, kind: $0.kind) }) {
            while true {
                let (isListed, error, version) = state.withLock { state in
                    let following = state.following[kind]
                    return (following?.isListed ?? false, following?.interruption?.error, state.version(of: identity))
                }
                if isListed { break }
                let left = end - clock.steady()
                // A refusal is told at once; what is only slow is waited for.
                if let error, !error.code.isTransient || left <= .zero { throw error }
                guard left > .zero else {
                    throw DeploydError(.timedOut, "\(client.name) does not list \(kind) objects in time")
                }
                try await wait(for: identity, after: version, atMost: left)
            }
        }
    }

    /// Whether a kind is followed already.
    func follows(_ kind: KindKey) -> Bool { state.withLock { $0.following[kind] != nil } }

    /// Returns when what an instance has is another than at `version`, or after a time.
    func wait(for identity: InstanceIdentity, after version: UInt64, atMost limit: Duration) async throws {
        try Task.checkCancellation()
        let id = waiters.newID()
        let timer = Task { [clock, waiters] in
            try? await clock.sleep(for: limit)
            waiters.wake(id, identity)
        }
        defer { timer.cancel() }
        await waiters.wait(id, for: identity) {
            self.state.withLock { $0.isClosed || $0.version(of: identity) != version }
        }
        try Task.checkCancellation()
        guard !state.withLock(\.isClosed) else {
            throw DeploydError(.unavailable, "the connection to \(client.name) is made anew")
        }
    }

    /// Calls with whose objects have changed, until the task is cancelled or the view is closed.
    func listen(_ onChange: ([InstanceIdentity]) async -> Void) async { await waiters.listen(onChange) }

    /// Has an instance looked at again after a time.
    func remind(_ identity: InstanceIdentity, after pause: Duration) {
        let owner = OwnershipLabels.owner(identity)
        let task = Task { [weak self, clock] in
            guard (try? await clock.sleep(for: pause)) != nil, let self else { return }
            self.waiters.tell([owner])
        }
        let former = state.withLock { $0.reminders.updateValue(task, forKey: owner) }
        former?.cancel()
    }

    /// Ends all watches. Whoever waits is told.
    func close() {
        let tasks = state.withLock { state in
            state.isClosed = true
            return state.following.values.compactMap(\.task) + state.reminders.values
        }
        tasks.forEach { $0.cancel() }
        waiters.end()
    }

    private func start(_ type: ResourceType) {
        let kind = KindKey(group: type.group, kind: type.kind)
        let isNew = state.withLock { state in
            guard state.following[kind] == nil, !state.isClosed else { return false }
            state.following[kind] = ViewState.Following()
            return true
        }
        guard isNew else { return }
        let options = ListOptions(
            labelSelector: OwnershipLabels.selector, pageSize: 100, onlyMetadata: !ClusterView.whole.contains(kind),
            keeping: TrimmedObject.keeping)
        let watch = ObjectWatch(client, type, namespace: namespace, options)
        let task = Task { [weak self] in
            _ = try? await watch.run { update in await self?.take(update, of: kind) }
        }
        let isClosed = state.withLock { state in
            state.following[kind]?.task = task
            return state.isClosed
        }
        if isClosed { task.cancel() }
    }

    private func take(_ update: WatchUpdate, of kind: KindKey) async {
        let touched: Set<InstanceIdentity>
        switch update {
        case .all(let objects):
            let list = objects.map { (ObjectKey(kind, $0.name), ObservedObject($0)) }
            touched = state.withLock { state in
                let isFirst = state.following[kind]?.isListed == false
                let changed = state.replace(kind, by: list)
                // Whoever waits for the first list has perhaps nothing in it.
                return isFirst ? changed.union(state.touchAll()) : changed
            }
            waiters.wakeAll()
        case .changed(let object):
            let observed = ObservedObject(object)
            touched = state.withLock { $0.put(ObjectKey(kind, object.name), observed) }
        case .removed(let object):
            touched = state.withLock { $0.remove(ObjectKey(kind, object.name)) }
        case .interrupted(let error):
            interrupted(kind, error)
            return
        case .resumed:
            touched = state.withLock { state in
                state.following[kind]?.interruption = nil
                return state.touchAll()
            }
        }
        waiters.tell(touched)
    }

    /// Everybody looks again when it has lasted.
    private func interrupted(_ kind: KindKey, _ error: DeploydError) {
        let now = clock.steady()
        state.withLock { state in
            state.following[kind]?.interruption = (now, error)
            _ = state.touchAll()
        }
        waiters.wakeAll()
        Task { [weak self, clock] in
            try? await clock.sleep(for: ClusterView.patience)
            guard let self, self.gap(in: kind) != nil else { return }
            self.waiters.tell(self.state.withLock { $0.touchAll() })
        }
    }
}
