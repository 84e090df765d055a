import Core
import Formats
import Model

/// A pushed working tree: unpacked, read, released under a version of its own, set on the environment asked for.
struct TreeIntake: Sendable {
    let context: EngineContext
    let delivery: Delivery
    let tree: RepositoryEvent.Tree

    func process() async throws -> IntakeOutcome {
        let digest = try await context.source.acceptTree(spooled: tree.file, isGzip: tree.isGzip)
        let file = try await context.source.file(ServiceFile.fileName, inTree: digest, limit: LayoutReader.fileLimit)
        guard let file else {
            throw DeploydError(
                .invalid, "the pushed folder has no \(ServiceFile.fileName); `deployd init` writes one")
        }
        let service = try ServiceFile.parse(file, file: ServiceFile.fileName).get()
        if let application = tree.application, application != service.service {
            throw DeploydError(
                .invalid, "pushed as '\(application)', but its deployd.yaml says service: \(service.service)")
        }
        let intake = intake(service, digest, file)
        let delivery = delivery
        let outcome = try await context.storage.write { transaction in
            let outcome = try intake.apply(to: transaction)
            try transaction.update(
                delivery.ended(
                    outcome.isRefused ? .failed : .processed, reason: outcome.notice,
                    deployments: outcome.deployments.map(\.id)))
            return outcome
        }
        // What was refused may be delivered again.
        if !outcome.isRefused { await context.source.discard(spooled: tree.file) }
        return IntakeOutcome(instances: outcome.instances)
    }

    private func intake(_ service: ServiceFile, _ digest: String, _ file: [UInt8]) -> ReleaseIntake {
        // The same tree pushed twice within a second is the same version; the delivery's time keeps a repeat stable.
        let version = "local-\(delivery.receivedAt.compact)-\(digest.prefix(12))"
        return ReleaseIntake(
            topology: context.topology, declaration: .file(service),
            release: Release(
                application: service.service, version: version, source: .tree(digest: digest), reference: nil,
                file: file, createdAt: context.clock.now()),
            owner: nil, destination: .requested(tree.environment), actor: tree.actor,
            cause: Cause(.delivery, delivery.id),
            moment: context.clock.now())
    }
}
