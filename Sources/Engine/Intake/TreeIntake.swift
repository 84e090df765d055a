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
        let layout = try await LayoutReading.tree(digest, context.source).read()
        let service = try service(of: layout)
        try refuseImage(service.file)
        let intake = intake(service, digest)
        let delivery = delivery
        let outcome = try await context.storage.write { transaction in
            let outcome = try intake.apply(to: transaction)
            try transaction.update(
                delivery.ended(
                    outcome.isRefused ? .failed : .processed,
                    reason: (outcome.spread.notices + [outcome.notice].compactMap { $0 }).joinedNotices,
                    deployments: outcome.spread.deployments.map(\.id)))
            return outcome
        }
        // What was refused may be delivered again.
        if !outcome.isRefused { await context.source.discard(spooled: tree.file) }
        return IntakeOutcome(instances: outcome.instances + outcome.spread.instances)
    }

    /// The version of a pushed folder is made here, so nobody can have pushed an image under it.
    private func refuseImage(_ file: ServiceFile) throws {
        guard let image = file.image else { return }
        throw DeploydError(
            .invalid,
            "the service '\(file.service)' is the image \(image), whose tag is the version, and a pushed folder has "
                + "none: push a commit or tag to its repository, and the image under the same name; or have it built "
                + "here (build: instead of image:)")
    }

    private func service(of layout: RepositoryLayout) throws -> RepositoryLayout.Service {
        guard layout.hasSeveral else {
            guard let only = layout.services.first else {
                throw DeploydError(.invalid, "the pushed folder has no service")
            }
            guard let application = tree.application, application != only.name else { return only }
            throw DeploydError(
                .invalid, "pushed as '\(application)', but its deployd.yaml says service: \(only.name)")
        }
        let names = layout.services.map(\.name).sorted()
        guard let application = tree.application else {
            throw DeploydError(
                .invalid,
                "the pushed folder has several services; say which with ?application=: \(names.joined(separator: ", "))"
            )
        }
        if let service = layout.service(named: application) { return service }
        let problems = layout.problems.sorted { $0.key < $1.key }.map(\.value.message)
        let hint = NearestName.hint(application, in: names)
        throw DeploydError(
            .invalid,
            (["the pushed folder has no service '\(application)'\(hint)"] + problems).joined(separator: "\n"))
    }

    private func intake(_ service: RepositoryLayout.Service, _ digest: String) -> ReleaseIntake {
        // The same tree pushed twice within a second is the same version; the delivery's time keeps a repeat stable.
        let version = "local-\(delivery.receivedAt.compact)-\(digest.prefix(12))"
        return ReleaseIntake(
            topology: context.topology, declaration: .file(service.file),
            release: Release(
                application: service.name, version: version, source: .tree(digest: digest), path: service.path,
                reference: nil, file: service.bytes, createdAt: context.clock.now()),
            owner: nil, destination: .requested(tree.environment), actor: tree.actor,
            cause: Cause(.delivery, delivery.id),
            moment: context.clock.now())
    }
}
