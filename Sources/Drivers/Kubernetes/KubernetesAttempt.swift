import Core
import Kubernetes
import Model

/// One attempt to deploy, as it is on its cluster: worked out anew by each step from the request alone.
final class KubernetesAttempt: Sendable {
    let request: WorkloadRequest
    let settings: KubernetesSettings
    let session: ClusterSession
    let previous: KubernetesState?
    let clock: any WallClock
    let nameKey: Secret
    let manifests: [ManifestObject]
    /// Kinds of the whole cluster among them.
    let clusterScoped: Set<ClusterScoped.Kind>

    init(
        request: WorkloadRequest, settings: KubernetesSettings, session: ClusterSession, previous: KubernetesState?,
        clock: any WallClock, nameKey: Secret, manifests: [ManifestObject], clusterScoped: Set<ClusterScoped.Kind>
    ) {
        self.request = request
        self.settings = settings
        self.session = session
        self.previous = previous
        self.clock = clock
        self.nameKey = nameKey
        self.manifests = manifests
        self.clusterScoped = clusterScoped
    }

    var identity: InstanceIdentity { request.identity }

    /// Which Deployment the new version becomes.
    var track: Track {
        switch request.spec.strategy {
        case .rolling: .main
        case .blueGreen: previous?.track == .blue ? .green : .blue
        case .appendOnly: .release(ObjectNames.release(request.release.version))
        }
    }

    /// Which one serves until the new version is healthy.
    var formerTrack: Track { previous?.track ?? track }

    /// - Parameter isSwitched: whether the new version has taken over.
    func objects(isSwitched: Bool) throws -> [KubernetesObject] {
        try Manifests.objects(for: workload(serving: isSwitched ? track : formerTrack))
    }

    func beforeDeploy() throws -> [KubernetesObject] { try Manifests.beforeDeploy(for: workload(serving: formerTrack)) }

    private func workload(serving: Track) -> KubernetesWorkload {
        var workload = KubernetesWorkload(
            identity: identity, environment: request.environment, world: request.world,
            version: request.release.version, deployment: request.deployment, namespace: session.namespace,
            spec: request.spec, settings: settings)
        workload.apis = session.apis
        workload.track = track
        workload.serving = serving
        workload.hashKey = nameKey
        workload.manifests = manifests
        workload.clusterScoped = clusterScoped
        workload.restart = restart
        return workload
    }

    /// One that was done stays in what the version is, for else it would be undone by the next deployment of it.
    private var restart: String? {
        if request.isRestart { return request.deployment }
        guard let previous, previous.version == request.release.version, previous.track == track else { return nil }
        let annotations = previous.deployment?.object["spec", "template", "metadata", "annotations"]
        return annotations?[ObjectLabels.restart]?.string
    }

    var applier: ObjectApplier {
        ObjectApplier(
            session: session, identity: identity, adopts: request.spec.kubernetes.adopts,
            recorded: previous?.itemsByKey ?? [:], clock: clock)
    }

    /// The state to record once it serves, of what was applied.
    func state(_ items: [KubernetesState.Item]) -> KubernetesState {
        var state = KubernetesState(
            namespace: session.namespace, version: request.release.version, track: track, items: items)
        state.secrets = request.spec.secrets
        state.kept = kept(beside: items)
        return state
    }

    /// Of what was applied before: known where this process has done it, else as it is seen.
    func items(_ objects: [KubernetesObject]) -> [KubernetesState.Item] {
        let recorded = previous?.itemsByKey ?? [:]
        return objects.map { object in
            let key = ObjectKey(object)
            if let item = recorded[key], item.object == object, session.applied(key) == nil { return item }
            var item = KubernetesState.Item(object: object, session.applied(key))
            item.uid = item.uid ?? session.view.object(key)?.uid
            return item
        }
    }

    /// The versions that stay: the old colour for a while, the last releases.
    private func kept(beside items: [KubernetesState.Item]) -> [KubernetesState.Kept] {
        guard let previous else { return [] }
        switch request.spec.strategy {
        case .rolling: return []
        case .blueGreen(let keepOld):
            guard keepOld > .zero, previous.track != track else { return [] }
            return [own(previous, beside: items, retireAt: clock.now() + keepOld)]
        case .appendOnly(let keep):
            let former = previous.track == track ? [] : [own(previous, beside: items, retireAt: nil)]
            return Array((former + previous.kept.filter { $0.track != track }).prefix(max(0, keep - 1)))
        }
    }

    /// What a former version has for itself: without what the new one has made its own.
    private func own(
        _ previous: KubernetesState, beside items: [KubernetesState.Item], retireAt: Timestamp?
    ) -> KubernetesState.Kept {
        let current = Dictionary(items.map { ($0.key, $0.object) }, uniquingKeysWith: { first, _ in first })
        let mine = previous.items.filter { item in current[item.key].map { $0 == item.object } ?? true }
        return KubernetesState.Kept(track: previous.track, version: previous.version, items: mine, retireAt: retireAt)
    }
}
