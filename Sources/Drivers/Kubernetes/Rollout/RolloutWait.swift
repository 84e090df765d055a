import Core
import Kubernetes
import Model

/// Follows a roll-out to its end: all replicas are the new version's and available, or it is known why that does not come.
///
/// Nothing is polled: it looks when the view says that something has changed, and when a time has passed after which
/// something that may pass is taken to stay.
struct RolloutWait: Sendable {
    private enum Grace {
        /// A controller tries again at once what was refused for a moment.
        static let refusal = Duration.seconds(3)
        /// Of a namespace that was just made: its default service account comes by itself.
        static let account = Duration.seconds(20)
        /// Beyond the version's own deadline, which the cluster is to keep itself.
        static let controllers = Duration.seconds(15)
        /// For a Deployment that was applied to be seen.
        static let sight = Duration.seconds(30)
        static let longest = Duration.seconds(3600)
    }

    let cluster: Cluster
    let clock: any WallClock
    let identity: InstanceIdentity
    /// How long the version may take without progress.
    let deadline: Duration
    let redactor: Redactor

    private struct Progress {
        let began: Timestamp
        var moved: Timestamp
        var best = -1
        var refusedSince: Timestamp?
        var told = ""
    }

    /// - Throws: `DeploydError`: `invalid` with the reason and what the pods wrote last, when the version fails.
    func wait(for name: String, _ log: any StepLog) async throws {
        let now = clock.steady()
        var progress = Progress(began: now, moved: now)
        let owner = OwnershipLabels.owner(identity)
        while true {
            let session = try await cluster.current()
            let version = session.view.version(of: owner)
            let applied = session.applied(ObjectKey(.deployment, name))
            let state = RolloutState(
                name, of: session.view.objects(of: owner), generation: applied?.generation ?? 0, uid: applied?.uid)
            let gap = session.view.gap(in: .deployment)
            if let state, gap == nil {
                if state.isComplete {
                    return tell(
                        "\(state.deployment.desired) of \(state.deployment.desired) replicas available", &progress, log)
                }
                note(state, &progress, log)
            }
            var limit = ClusterView.patience
            if let gap {
                // What is not seen says nothing of the version.
                progress.moved = clock.steady()
                tell("the cluster is not seen now: \(gap.message)", &progress, log)
            } else {
                limit = try await patience(state, progress, name, session)
            }
            try await session.view.wait(for: owner, after: version, atMost: limit)
        }
    }

    private func tell(_ line: String, _ progress: inout Progress, _ log: any StepLog) {
        guard progress.told != line else { return }
        progress.told = line
        log.line(line)
    }

    private func note(_ state: RolloutState, _ progress: inout Progress, _ log: any StepLog) {
        let now = clock.steady()
        let reached =
            state.deployment.updated + state.deployment.available - (state.deployment.total - state.deployment.updated)
        if reached > progress.best { (progress.best, progress.moved) = (reached, now) }
        progress.refusedSince = state.refusal == nil ? nil : progress.refusedSince ?? now
        tell(state.obstacle.map { "\(state.progress); \($0)" } ?? state.progress, &progress, log)
    }

    /// How long it is waited for the next change.
    /// - Throws: the verdict, when it is due.
    private func patience(
        _ state: RolloutState?, _ progress: Progress, _ name: String, _ session: ClusterSession
    ) async throws -> Duration {
        let now = clock.steady()
        guard let state else {
            let left = Grace.sight - (now - progress.began)
            guard left > .zero else {
                throw session.view.gap(in: .deployment)
                    ?? DeploydError(.unavailable, "Deployment \(name) is not there any more: somebody has deleted it")
            }
            return left
        }
        if let trouble = state.trouble, trouble.certainty == .verdict {
            throw await verdict(trouble.sentence, state, session)
        }
        var limit = min(deadline + Grace.controllers - (now - progress.moved), Grace.longest - (now - progress.began))
        if let refusal = state.refusal, let since = progress.refusedSince {
            let grace = refusal.message.contains("serviceaccount") ? Grace.account : Grace.refusal
            let left = grace - (now - since)
            guard left > .zero else { throw await verdict(RolloutState.sentence(of: refusal), state, session) }
            limit = min(limit, left)
        }
        guard limit > .zero, !state.isOverdue else { throw await overdue(name, state, session) }
        return limit
    }

    private func overdue(_ name: String, _ state: RolloutState, _ session: ClusterSession) async -> DeploydError {
        let limit = "within \(deadline.components.seconds) s (health.deadline)"
        if let obstacle = state.obstacle {
            return await verdict("it did not become ready \(limit): \(obstacle)", state, session)
        }
        if state.deployment.observedGeneration == 0 {
            return DeploydError(
                .unavailable,
                "the cluster's controllers do not look at Deployment \(name): does kube-controller-manager run?")
        }
        return await verdict("it did not become ready \(limit): \(state.progress)", state, session)
    }

    private func verdict(_ sentence: String, _ state: RolloutState, _ session: ClusterSession) async -> DeploydError {
        let report = FailureReport(client: session.client, namespace: session.namespace, redactor: redactor)
        var trouble = state.trouble
        var pod = state.pod
        if trouble == nil { pod = unready(session) }
        if trouble?.container == nil, trouble != nil { trouble = nil; pod = nil }
        return DeploydError(.invalid, await report.message(redactor.redact(sentence), trouble, pod: pod))
    }

    /// A pod that runs and is not ready.
    private func unready(_ session: ClusterSession) -> String? {
        session.view.objects(of: OwnershipLabels.owner(identity)).compactMap { key, object -> (String, String)? in
            guard case .pod(let pod) = object.status, !pod.isReady, !object.isBeingDeleted else { return nil }
            return (pod.created, key.name)
        }.max { $0 < $1 }?.1
    }
}
