import Core
import Model

/// What a push releases: each service that it is for.
struct PushedReleases: Sendable {
    let context: EngineContext
    let source: PushedSource
    let push: RepositoryEvent.Push
    let delivery: Delivery

    /// The releases of a commit that was fetched.
    func batch(at commit: String) async throws -> ReleaseBatch {
        let layout = try await source.layout(at: commit)
        var batch = try await batch(layout, at: commit)
        batch.declarations = try await declarations(layout, at: commit)
        return batch
    }

    /// Releases both commits and sets the newer one. Where that cannot be released, the pushed one is set, if what is set
    /// there is what it was pushed over: nothing goes back by itself.
    func overtaken(_ pushed: String, by head: String) async throws -> ReleaseBatch {
        var older = try await readable(pushed)
        // Only the head says what there is.
        older?.declarations = nil
        do {
            var batch = try await batch(at: head)
            guard let older else { return batch }
            for (index, intake) in batch.intakes.enumerated() {
                let same = older.intakes.first { $0.release.application == intake.release.application }
                batch.intakes[index].overtaken = same?.release
            }
            for intake in older.intakes where batch.problems[intake.release.path] != nil {
                batch.problems[intake.release.path] = nil
                batch.intakes.append(onlyOverBefore(intake))
            }
            return batch
        } catch let error as DeploydError where !error.code.isTransient {
            guard var older else { throw error }
            older.intakes = older.intakes.map(onlyOverBefore)
            return older
        }
    }

    private func onlyOverBefore(_ intake: ReleaseIntake) -> ReleaseIntake {
        var intake = intake
        intake.onlyOver = [push.before].compactMap { $0 }
        return intake
    }

    /// A commit that was pushed and may be gone from its branch; nil when it is, or cannot be read.
    private func readable(_ commit: String) async throws -> ReleaseBatch? {
        do {
            _ = try await context.source.fetch(
                source.repository, source.secrets, reference: push.reference, commit: commit)
            return try await batch(at: commit)
        } catch let error as DeploydError where !error.code.isTransient {
            return nil
        }
    }

    private func batch(_ layout: RepositoryLayout, at commit: String) async throws -> ReleaseBatch {
        let layout = try meant(layout)
        var batch = ReleaseBatch(hasSeveral: layout.hasSeveral, problems: layout.problems)
        for service in layout.services {
            do {
                if let intake = try await intake(service, at: commit, hasSeveral: layout.hasSeveral) {
                    batch.intakes.append(intake)
                }
            } catch let error as DeploydError where !error.code.isTransient {
                batch.problems[service.path] = error
            }
        }
        return batch
    }

    /// A tag `SERVICE/NAME` is one service's; the others and what is wrong with them do not matter.
    private func meant(_ layout: RepositoryLayout) throws -> RepositoryLayout {
        guard layout.hasSeveral, case .tag(let tag) = source.reference, let slash = tag.firstIndex(of: "/") else {
            return layout
        }
        let name = String(tag[..<slash])
        let path = (layout.service(named: name) ?? source.head?.service(named: name))?.path
        let isMeant = { (folder: String) in
            path.map { $0 == folder } ?? (folder == name || folder.hasSuffix("/\(name)"))
        }
        let part = layout.part(where: isMeant)
        // Not the name of a service: a tag with a slash, of all of them.
        guard path != nil || !part.problems.isEmpty else { return layout }
        guard !part.services.isEmpty || !part.problems.isEmpty else {
            throw DeploydError(.invalid, "the service '\(name)' is not there at the tag \(tag)")
        }
        return part
    }

    /// nil: one of several that has not changed, or that this branch is not for.
    private func intake(
        _ service: RepositoryLayout.Service, at commit: String, hasSeveral: Bool
    ) async throws -> ReleaseIntake? {
        let (path, declaration) = try source.declaration(of: service)
        if hasSeveral, !source.isTag, case .file(let declared) = declaration {
            let settings = declared.settings
            let isFor = !source.environments(of: service.name, settings, source.reference, context).isEmpty
            guard isFor || source.isDefaultBranch else { return nil }
            let change = ServiceChange(context: context, source: source, delivery: delivery.id)
            guard try await change.isChanged(service, at: commit, settings: settings) else { return nil }
        }
        let moment = context.clock.now()
        return ReleaseIntake(
            topology: context.topology, declaration: declaration,
            release: Release(
                application: service.name, version: source.version(of: commit),
                source: .commit(repository: source.repository.name, commit: commit), path: service.path,
                reference: push.reference, file: service.bytes, createdAt: moment),
            owner: Application.Owner(repository: source.repository.name, path: path),
            destination: .triggered(by: source.reference, defaultBranch: source.repository.defaultBranch),
            actor: push.actor, cause: Cause(.delivery, delivery.id), moment: moment)
    }
}
