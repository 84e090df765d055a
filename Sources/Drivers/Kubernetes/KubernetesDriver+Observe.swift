public import Core
import Kubernetes
public import Model

extension KubernetesDriver {
    public var isWatched: Bool { true }

    public func watch(_ onChange: @escaping @Sendable ([InstanceIdentity]) async -> Void) async {
        guard let session = try? await session() else { return }
        let nobody = InstanceIdentity(application: "", target: "")
        guard (try? await followPods(session, nobody)) != nil else { return }
        await session.view.listen(onChange)
    }

    public func observe(_ workload: Secret, of instance: InstanceIdentity) async throws -> WorkloadObservation {
        let session = try await session()
        // At a start a thousand wait here for the first lists: what is recorded is read afterwards.
        try await followPods(session, instance)
        return try await session.looks.withPlace { try await look(try KubernetesState(workload), session, instance) }
    }

    private func look(
        _ state: KubernetesState, _ session: ClusterSession, _ instance: InstanceIdentity
    ) async throws -> WorkloadObservation {
        try await follow(state, session, instance)
        for kind in [KindKey.deployment, .replicaSet, .pod] {
            guard let gap = session.view.gap(in: kind) else { continue }
            return WorkloadObservation(
                health: .unknown, reason: "the cluster is not seen now: \(gap.message)", isIncomplete: false)
        }
        let drift = try await DriftLook(session: session).fields(of: state.items)
        let isRetiring = await remind(of: state, instance, session)
        let heals = try settings().drift == .heal && !drift.isEmpty
        return Look(state: state, session: session, identity: instance)
            .observation(drift: drift, isIncomplete: heals || isRetiring)
    }

    /// Has everything watched that the state names.
    func follow(_ state: KubernetesState, _ session: ClusterSession, _ identity: InstanceIdentity) async throws {
        try await followPods(session, identity)
        var types: [ResourceType] = []
        for (_, item) in Dictionary(state.items.map { ($0.key.kind, $0) }, uniquingKeysWith: { first, _ in first }) {
            guard
                let type = try? await session.client.discovery.type(
                    apiVersion: item.object.apiVersion, kind: item.object.kind), type.isNamespaced
            else { continue }
            types.append(type)
        }
        try await session.view.follow(types, for: OwnershipLabels.owner(identity))
    }

    /// Whether a former version's time is over; where it is still to come the instance is looked at again then.
    private func remind(of state: KubernetesState, _ identity: InstanceIdentity, _ session: ClusterSession) async
        -> Bool
    {
        guard let moment = state.kept.compactMap(\.retireAt).min() else { return false }
        let left = moment - parts.clock.now()
        guard left > .zero else { return true }
        session.view.remind(identity, after: left)
        return false
    }
}

/// What is told of an instance from what is seen of it.
struct Look {
    let state: KubernetesState
    let session: ClusterSession
    let identity: InstanceIdentity

    func observation(drift: [DriftedField], isIncomplete: Bool) -> WorkloadObservation {
        var observation = health(isIncomplete: isIncomplete)
        observation.drift = drift
        let notes = [observation.reason, state.leftover].compactMap(\.self)
        observation.reason = notes.isEmpty ? nil : notes.joined(separator: "; ")
        return observation
    }

    private func health(isIncomplete: Bool) -> WorkloadObservation {
        guard let deployment = state.deployment else { return withoutDeployment(isIncomplete: isIncomplete) }
        let objects = session.view.objects(of: OwnershipLabels.owner(identity))
        guard let rollout = RolloutState(deployment.object.name, of: objects, generation: 0) else {
            return WorkloadObservation(
                health: .missing, reason: "\(deployment.key) is gone: somebody has deleted it",
                isIncomplete: isIncomplete)
        }
        let replicas = ReplicaCount(
            healthy: min(rollout.deployment.available, rollout.deployment.desired), total: rollout.deployment.desired)
        let gone = state.items.filter { session.isLost($0) }.map { "\($0.key)" }
        guard gone.isEmpty else {
            return WorkloadObservation(
                health: .degraded, reason: "\(gone.joined(separator: ", ")) is gone: somebody has deleted it",
                replicas: replicas, isIncomplete: isIncomplete)
        }
        if rollout.isComplete {
            let wanted = deployment.object["spec", "replicas"]?.integer ?? 1
            let isScaledDown = rollout.deployment.desired == 0 && wanted > 0
            return WorkloadObservation(
                health: isScaledDown ? .degraded : .healthy,
                reason: isScaledDown ? "somebody has scaled it to 0 replicas" : nil, replicas: replicas,
                isIncomplete: isIncomplete)
        }
        let isStuck =
            rollout.refusal != nil || rollout.isOverdue || rollout.trouble.map { $0.certainty > .passing } ?? false
        return WorkloadObservation(
            health: isStuck ? .degraded : .progressing,
            reason: rollout.obstacle.map { "\(rollout.progress): \($0)" } ?? rollout.progress, replicas: replicas,
            isIncomplete: isIncomplete)
    }

    /// Of manifests alone it is known only whether they are there.
    private func withoutDeployment(isIncomplete: Bool) -> WorkloadObservation {
        let gone = state.items.filter { session.isLost($0) }.map { "\($0.key)" }
        return WorkloadObservation(
            health: gone.isEmpty ? .healthy : .missing,
            reason: gone.isEmpty ? nil : "\(gone.joined(separator: ", ")) is gone: somebody has deleted it",
            isIncomplete: isIncomplete)
    }
}

extension ClusterSession {
    /// Whether an object is not there any more, as far as that is seen.
    func isLost(_ item: KubernetesState.Item) -> Bool {
        guard item.object.namespace == nil || item.object.namespace == namespace, view.follows(item.key.kind),
            view.gap(in: item.key.kind) == nil
        else { return false }
        return view.object(item.key) == nil
    }
}
