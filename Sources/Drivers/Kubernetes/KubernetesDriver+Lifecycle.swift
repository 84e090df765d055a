public import Core
import Kubernetes
public import Model

extension KubernetesDriver {
    /// Beyond the time that pods have to drain.
    private static let endLimit = Duration.seconds(90)

    public func suspend(_ workload: Secret, of instance: InstanceIdentity) async throws {
        let state = try KubernetesState(workload)
        let session = try await session()
        try await follow(state, session, instance)
        var applier = applier(session, instance, state)
        applier.takesBack = true
        let deployments = state.everything.filter { $0.key.kind == .deployment }
        for item in deployments where session.view.object(item.key) != nil {
            var stopped = item.object
            stopped.set(["spec", "replicas"], 0)
            _ = try await applier.apply([stopped])
        }
        let drain =
            deployments.compactMap {
                $0.object["spec", "template", "spec", "terminationGracePeriodSeconds"]?.integer
            }.max() ?? 30
        try await waitForNoPods(of: instance, atMost: .seconds(drain) + KubernetesDriver.endLimit)
    }

    public func suspensionProblem(of workload: Secret, _ instance: InstanceIdentity) async throws -> String? {
        let state = try KubernetesState(workload)
        let session = try await session()
        try await follow(state, session, instance)
        if let gap = session.view.gap(in: .deployment) { throw gap }
        for item in state.everything {
            guard case .deployment(let status)? = session.view.object(item.key)?.status, status.desired > 0 else {
                continue
            }
            return "somebody has scaled \(item.key) to \(status.desired) replicas: they run although it is stopped"
        }
        return nil
    }

    public func revive(_ workload: Secret, of instance: InstanceIdentity) async throws -> Secret {
        var state = try KubernetesState(workload)
        let session = try await session()
        let now = parts.clock.now()
        let retired = state.kept.filter { $0.retireAt.map { $0 <= now } ?? false }
        state.kept.removeAll { retired.contains($0) }
        let used = Set(state.everything.map(\.key))
        let unused = retired.flatMap(\.items).filter { !used.contains($0.key) }
        try await ObjectRemover(session: session, identity: instance).remove(unused)
        if try await needsApplying(state, session, instance) {
            var applier = applier(session, instance, state)
            applier.takesBack = true
            state.items = try await applier.apply(state.items.map(\.object))
            for index in state.kept.indices {
                let kept = state.kept[index]
                let items = try await applier.apply(kept.items.map(\.object))
                state.kept[index] = KubernetesState.Kept(
                    track: kept.track, version: kept.version, items: items, retireAt: kept.retireAt)
            }
            try await settle(state.items, session, instance)
        }
        return state.sealed
    }

    /// Whether something is another than it was applied: changed, gone, or scaled to nothing.
    private func needsApplying(
        _ state: KubernetesState, _ session: ClusterSession, _ instance: InstanceIdentity
    ) async throws -> Bool {
        try await follow(state, session, instance)
        if try await !DriftLook(session: session).fields(of: state.items).isEmpty { return true }
        return state.everything.contains { item in
            guard case .deployment(let status)? = session.view.object(item.key)?.status else { return false }
            return status.desired == 0
        }
    }

    public func belongings(of instance: InstanceIdentity, workload: Secret?) async throws -> [String] {
        let session = try await session()
        return try await InstanceObjects(
            session: session, identity: instance, state: try workload.map(KubernetesState.init)
        )
        .all().map { "\($0.key)\(Retention.keeps($0.object) ? " (stays)" : "")" }
    }

    public func destroy(_ instance: InstanceIdentity, workload: Secret?) async throws {
        let session = try await session()
        let state = try? workload.map(KubernetesState.init)
        let all = try await InstanceObjects(session: session, identity: instance, state: state).all()
        try await ObjectRemover(session: session, identity: instance).remove(all)
        try await followPods(session, instance)
        try await waitForNoPods(of: instance, atMost: .seconds(120))
    }

    func applier(_ session: ClusterSession, _ identity: InstanceIdentity, _ state: KubernetesState) -> ObjectApplier {
        ObjectApplier(
            session: session, identity: identity, adopts: false, recorded: state.itemsByKey, clock: parts.clock)
    }

    /// Returns when what was applied is seen, so that nothing is taken for gone because it is not seen yet.
    func settle(
        _ items: [KubernetesState.Item], _ session: ClusterSession, _ identity: InstanceIdentity
    ) async throws {
        let owner = OwnershipLabels.owner(identity)
        let end = parts.clock.steady() + .seconds(10)
        while true {
            let version = session.view.version(of: owner)
            let left = end - parts.clock.steady()
            guard items.contains(where: { session.isLost($0) }), left > .zero else { return }
            try await session.view.wait(for: owner, after: version, atMost: left)
        }
    }

    /// Kubelets may take half a minute more to remove what has ended.
    private static func isPodToEnd(_ key: ObjectKey, _ object: ObservedObject) -> Bool {
        guard case .pod(let pod) = object.status, !pod.hasEnded else { return false }
        guard object.isBeingDeleted, !pod.containers.isEmpty else { return true }
        return pod.containers.contains { $0.isRunning || $0.end == nil }
    }

    private func waitForNoPods(of identity: InstanceIdentity, atMost limit: Duration) async throws {
        let owner = OwnershipLabels.owner(identity)
        let end = parts.clock.steady() + limit
        while true {
            let session = try await session()
            let version = session.view.version(of: owner)
            let pods = session.view.objects(of: owner).filter(KubernetesDriver.isPodToEnd).map(\.key.name).sorted()
            guard !pods.isEmpty else { return }
            let left = end - parts.clock.steady()
            guard left > .zero else {
                throw DeploydError(.timedOut, "these pods do not end: \(pods.prefix(5).joined(separator: ", "))")
            }
            try await session.view.wait(for: owner, after: version, atMost: left)
        }
    }
}
