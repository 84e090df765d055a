public import Core
import Formats
import Kubernetes
public import Model

extension KubernetesDriver {
    /// For the old version to be whole again after a failure.
    private static let restorationLimit = Duration.seconds(120)

    public func perform(
        _ step: WorkloadStep, _ request: WorkloadRequest, _ log: any StepLog
    ) async throws -> Secret? {
        switch step.name {
        case KubernetesSteps.beforeDeploy.name:
            try await beforeDeploy(try await attempt(request), log)
            return nil
        case KubernetesSteps.apply.name:
            try await placed { try await apply(try await attempt(request), log) }
            return nil
        case KubernetesSteps.rollOut(isCommit: true).name:
            try await rollOut(request, log)
            return step.isCommit ? try await placed { try await takeOver(try await attempt(request), log).sealed } : nil
        case KubernetesSteps.switchOver.name, KubernetesSteps.latest.name:
            return try await placed { try await takeOver(try await attempt(request), log).sealed }
        case KubernetesSteps.cleanUp.name:
            try await placed { try await cleanUp(try await attempt(request), log) }
            return nil
        default:
            throw DeploydError(.invalid, "deploy:kubernetes has no step '\(step.name)'")
        }
    }

    private func placed<Value>(_ body: () async throws -> Value) async throws -> Value {
        try await session().places.withPlace(body)
    }

    func attempt(_ request: WorkloadRequest) async throws -> KubernetesAttempt {
        let previous = try request.previous.map { recorded throws(DeploydError) in try KubernetesState(recorded) }
        let session = try await session()
        let manifests = try await ManifestSource(source: parts.source).manifests(request)
        return KubernetesAttempt(
            request: request, settings: try settings(), session: session, previous: previous, clock: parts.clock,
            nameKey: parts.nameKey("\(request.identity)"), manifests: manifests,
            clusterScoped: try await ClusterScoped.found(among: manifests, by: session.client.discovery))
    }

    /// Everything but what makes the new version serve, where it stands beside the old one until then.
    private func apply(_ attempt: KubernetesAttempt, _ log: any StepLog) async throws {
        let objects = try attempt.objects(isSwitched: false)
        _ = try await attempt.applier.apply(objects) { log.line("applied \($0)") }
    }

    /// Thousands may wait at once, so no objects are kept meanwhile.
    private func rollOut(_ request: WorkloadRequest, _ log: any StepLog) async throws {
        guard let name = try await deploymentName(request) else { return log.line("it has no Deployment to wait for") }
        try await wait(for: name, request, deadline: request.spec.health.deadline, log)
    }

    private func wait(for name: String, _ request: WorkloadRequest, deadline: Duration, _ log: any StepLog)
        async throws
    {
        try await followPods(try await session(), request.identity)
        try await RolloutWait(
            cluster: try cluster(), clock: parts.clock, identity: request.identity, deadline: deadline,
            redactor: Redactor(request.spec.secrets)
        ).wait(for: name, log)
    }

    private func deploymentName(_ request: WorkloadRequest) async throws -> String? {
        let attempt = try await attempt(request)
        return try attempt.objects(isSwitched: false).first {
            ObjectKey($0).kind == .deployment && ObjectNames.isWorkload($0, attempt.track)
        }?.name
    }

    /// Has the new version serve, where another one did until now.
    private func takeOver(_ attempt: KubernetesAttempt, _ log: any StepLog) async throws -> KubernetesState {
        let objects = try attempt.objects(isSwitched: true)
        guard attempt.track != attempt.formerTrack else { return try await settled(attempt, attempt.items(objects)) }
        // Its Services were just applied as the old version has them.
        var applier = attempt.applier
        applier.takesBack = true
        let before = Set(try attempt.objects(isSwitched: false))
        let changed = objects.filter { !before.contains($0) }
        let items = try await applier.apply(changed) { log.line("applied \($0)") }
        log.line("version \(attempt.request.release.version) serves now")
        let applied = Dictionary(items.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        return try await settled(attempt, attempt.items(objects).map { applied[$0.key] ?? $0 })
    }

    private func settled(_ attempt: KubernetesAttempt, _ items: [KubernetesState.Item]) async throws -> KubernetesState
    {
        let state = attempt.state(items)
        try await follow(state, attempt.session, attempt.identity)
        try await settle(items, attempt.session, attempt.identity)
        return state
    }

    /// What no version uses any more.
    private func cleanUp(_ attempt: KubernetesAttempt, _ log: any StepLog) async throws {
        guard let previous = attempt.previous else { return }
        let state = attempt.state(attempt.items(try attempt.objects(isSwitched: true)))
        let used = Set(state.everything.map(\.key))
        let unused = previous.everything.filter { !used.contains($0.key) }
        let remover = ObjectRemover(session: attempt.session, identity: attempt.identity)
        for name in try await remover.remove(unused + formerJobs(attempt)) { log.line("removed \(name)") }
        for kept in state.kept { log.line(KubernetesDriver.sentence(of: kept)) }
    }

    /// Of `beforeDeploy` of former versions.
    private func formerJobs(_ attempt: KubernetesAttempt) throws -> [KubernetesState.Item] {
        let current = try attempt.beforeDeploy().last?.name
        let objects = attempt.session.view.objects(of: OwnershipLabels.owner(attempt.identity))
        return objects.compactMap { key, object in
            guard key.kind == .job, key.name != current,
                let named = KubernetesObject([
                    "apiVersion": .string(object.apiVersion), "kind": "Job", "metadata": ["name": .string(key.name)],
                ])
            else { return nil }
            return KubernetesState.Item(object: named, uid: object.uid)
        }
    }

    private static func sentence(of kept: KubernetesState.Kept) -> String {
        "version \(kept.version) stays" + (kept.retireAt.map { " until \($0.rfc3339)" } ?? "")
    }

    @discardableResult
    public func abandon(_ request: WorkloadRequest, _ log: any StepLog) async throws -> Secret? {
        let attempt = try await attempt(request)
        let objects = try attempt.objects(isSwitched: false)
        if request.spec.onFailure == .stop {
            log.line("left as it is (onFailure: stop)")
            guard var state = attempt.previous else { return nil }
            state.leftover = "version \(request.release.version) failed and was left as it is"
            return state.sealed
        }
        let remover = ObjectRemover(session: attempt.session, identity: attempt.identity)
        guard var state = attempt.previous else {
            for name in try await remover.remove(attempt.items(objects)) { log.line("removed \(name)") }
            return nil
        }
        var applier = attempt.applier
        applier.takesBack = true
        state.items = try await applier.restore(state.items) { log.line("restored \($0)") }
        state.leftover = nil
        // What the attempt has made over is no former version any more.
        let own = Set(objects.map(ObjectKey.init)).subtracting(state.items.map(\.key))
        state.kept.removeAll { $0.track == attempt.track }
        let used = Set(state.everything.map(\.key))
        let unused = attempt.items(objects).filter { own.contains($0.key) && !used.contains($0.key) }
        for name in try await remover.remove(unused) { log.line("removed \(name)") }
        await restore(state, attempt, log)
        return state.sealed
    }

    /// Waits until the old version is whole again; what keeps it from that is its health's to tell.
    private func restore(_ state: KubernetesState, _ attempt: KubernetesAttempt, _ log: any StepLog) async {
        guard let name = state.deployment?.object.name else { return }
        do {
            try await wait(for: name, attempt.request, deadline: KubernetesDriver.restorationLimit, log)
            log.line("version \(state.version) goes on serving")
        } catch {
            log.line(
                "version \(state.version) is not whole again yet: \((error as? DeploydError)?.message ?? "\(error)")")
        }
    }

    func followPods(_ session: ClusterSession, _ identity: InstanceIdentity) async throws {
        let discovery = session.client.discovery
        let deployments = try await discovery.type(apiVersion: "apps/v1", kind: "Deployment")
        let sets = try await discovery.type(apiVersion: "apps/v1", kind: "ReplicaSet")
        let pods = try await discovery.type(apiVersion: "v1", kind: "Pod")
        try await session.view.follow([deployments, sets, pods], for: OwnershipLabels.owner(identity))
    }
}
