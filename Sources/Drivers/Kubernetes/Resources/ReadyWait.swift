import Core
import Kubernetes
import Model

/// Waits until what was applied can be used, and says what it waits for.
///
/// The world's watches tell when there is news; what the objects are then is asked of the server.
struct ReadyWait: Sendable {
    /// Pods are looked at without news, since they are not the resource's by their labels.
    private static let pause = Duration.seconds(2)

    let driver: KubernetesDriver
    let identity: InstanceIdentity
    /// How long all of it may take.
    let patience: Duration
    let redactor: Redactor

    /// - Returns: the objects as they are then.
    /// - Throws: `DeploydError` `invalid` with the reason: one has failed, or is not ready in time.
    func run(
        _ references: [ObjectReference], _ log: any StepLog
    ) async throws -> [ObjectReference: KubernetesObject] {
        let (clock, owner) = (driver.parts.clock, OwnershipLabels.owner(identity))
        let end = clock.steady() + patience
        var found: [ObjectReference: KubernetesObject] = [:]
        var said = ""
        while true {
            let session = try await driver.session()
            let version = session.view.version(of: owner)
            var obstacle: Obstacle?
            for reference in references where found[reference] == nil {
                let object = try await look(reference, session)
                obstacle = try await self.obstacle(object, session)
                if obstacle != nil { break }
                found[reference] = object
            }
            guard let obstacle else { return found }
            if obstacle.text != said { log.line(obstacle.text) }
            said = obstacle.text
            let left = end - clock.steady()
            guard left > .zero else {
                throw DeploydError(.invalid, "\(await obstacle.report()), after \(patience.components.seconds) s")
            }
            try await session.view.wait(for: owner, after: version, atMost: min(left, ReadyWait.pause))
        }
    }

    /// What is waited for.
    private struct Obstacle {
        let text: String
        let report: () async -> String
    }

    private func look(_ reference: ObjectReference, _ session: ClusterSession) async throws -> KubernetesObject {
        guard let object = try await session.client.get(reference) else {
            throw DeploydError(.unavailable, "\(reference.kind) \(reference.name) was removed meanwhile")
        }
        return object
    }

    /// - Throws: when it will not be ready.
    private func obstacle(_ object: KubernetesObject, _ session: ClusterSession) async throws -> Obstacle? {
        let what = "\(object.kind) \(object.name)"
        switch ObjectReadiness(object) {
        case .ready: return nil
        case .failed(let reason): throw DeploydError(.invalid, "\(what): \(reason)")
        case .waiting(let reason):
            guard let found = try await PodsOf(object).trouble(session) else {
                return Obstacle(text: "\(what): \(reason)") { "\(what): \(reason)" }
            }
            let text = redactor.redact("\(what): \(reason): \(found.trouble.sentence)")
            let report = FailureReport(client: session.client, namespace: session.namespace, redactor: redactor)
            let obstacle = Obstacle(text: text) { await report.message(text, found.trouble, pod: found.pod) }
            guard found.isVerdict else { return obstacle }
            throw DeploydError(.invalid, await obstacle.report())
        }
    }
}
