import Core
import Kubernetes
import Model

extension KubernetesDriver {
    /// Beyond what the Job's own deadline is.
    private static let jobLimit = Duration.seconds(16 * 60)

    /// Runs the version's `beforeDeploy` as a Job that has the deployment's name, so that it is run once however often this is.
    func beforeDeploy(_ attempt: KubernetesAttempt, _ log: any StepLog) async throws {
        let objects = try attempt.beforeDeploy()
        guard let job = objects.last, ObjectKey(job).kind == .job else { return }
        let key = ObjectKey(job)
        let (session, owner) = (attempt.session, OwnershipLabels.owner(attempt.identity))
        try await followPods(session, attempt.identity)
        _ = try await attempt.applier.apply(objects) { log.line("applied \($0)") }
        let end = parts.clock.steady() + KubernetesDriver.jobLimit
        while true {
            let session = try await self.session()
            let version = session.view.version(of: owner)
            if case .job(let status)? = session.view.object(key)?.status {
                if status.isComplete {
                    await tell(outputOf: key.name, attempt, log)
                    return
                }
                if let failure = status.failure { throw await verdict(failure, key.name, attempt) }
                if let trouble = trouble(of: key, session, owner), trouble.0.certainty == .verdict {
                    throw await verdict(trouble.0.sentence, key.name, attempt)
                }
            }
            let left = end - parts.clock.steady()
            guard left > .zero else { throw await verdict("it did not end in time", key.name, attempt) }
            try await session.view.wait(for: owner, after: version, atMost: left)
        }
    }

    private func trouble(
        of job: ObjectKey, _ session: ClusterSession, _ owner: InstanceIdentity
    ) -> (PodTrouble, String)? {
        guard let uid = session.view.object(job)?.uid else { return nil }
        for (key, object) in session.view.objects(of: owner) where object.controller == uid {
            if case .pod(let pod) = object.status, pod.phase == "Pending", let trouble = PodTrouble(pod) {
                return (trouble, key.name)
            }
        }
        return nil
    }

    private func lines(ofJob name: String, _ attempt: KubernetesAttempt) async -> [String] {
        let session = attempt.session
        guard let uid = session.view.object(ObjectKey(.job, name))?.uid else { return [] }
        let objects = session.view.objects(of: OwnershipLabels.owner(attempt.identity))
        let pod = objects.first { $0.key.kind == .pod && $0.value.controller == uid }
        guard let pod, case .pod(let status) = pod.value.status else { return [] }
        let options = LogOptions(
            container: status.outputContainer(of: attempt.identity.application), tailLines: 200,
            maximumBytes: 64 * 1024)
        guard let bytes = try? await session.client.logs(pod: pod.key.name, namespace: session.namespace, options)
        else { return [] }
        let redactor = Redactor(attempt.request.spec.secrets)
        return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
            .map { redactor.redact(String($0)) }
    }

    private func tell(outputOf job: String, _ attempt: KubernetesAttempt, _ log: any StepLog) async {
        for line in await lines(ofJob: job, attempt) { log.line(line) }
    }

    private func verdict(_ reason: String, _ job: String, _ attempt: KubernetesAttempt) async -> DeploydError {
        let lines = await lines(ofJob: job, attempt).suffix(20)
        let sentence = "beforeDeploy failed: \(reason)" + (lines.isEmpty ? "" : "; its last lines:")
        return DeploydError(.invalid, ([sentence] + lines).joined(separator: "\n"))
    }
}
