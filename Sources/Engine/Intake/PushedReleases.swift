import Core
import Model

/// What a push releases: each service that it is for.
struct PushedReleases: Sendable {
    /// How many registries are asked at a time for one push.
    private static let imagesAtOnce = 16

    let context: EngineContext
    let source: PushedSource
    let push: RepositoryEvent.Push
    let delivery: Delivery

    /// The releases of a commit that was fetched.
    func batch(at commit: String) async throws -> ReleaseBatch {
        let layout = try await source.layout(at: commit)
        var batch = try await batch(remaining(layout), at: commit, isOwn: true)
        batch.declarations = try await declarations(layout, at: commit)
        return batch
    }

    /// The releases of the commit that overtook the pushed one.
    private func batch(of head: String) async throws -> ReleaseBatch {
        let layout = try await source.layout(at: head)
        var batch = try await batch(layout, at: head, isOwn: false)
        batch.declarations = try await declarations(layout, at: head)
        return batch
    }

    /// What a delivery that waited has released already is not set again: somebody may have set another version.
    private func remaining(_ layout: RepositoryLayout) -> RepositoryLayout {
        guard let wait = delivery.wait else { return layout }
        return layout.part { wait.folders.contains($0) }
    }

    /// Releases both commits and sets the newer one. Where that cannot be released, the pushed one is set, if what is set
    /// there is what it was pushed over: nothing goes back by itself.
    func overtaken(_ pushed: String, by head: String) async throws -> ReleaseBatch {
        var older = try await readable(pushed)
        // Only the head says what there is.
        older?.declarations = nil
        do {
            var batch = try await self.batch(of: head)
            // What the head waits for is its own delivery's to wait for.
            let later = Set(batch.missing.map(\.path))
            batch.leavesHead = !later.isEmpty
            batch.missing = older?.missing ?? []
            guard let older else { return batch }
            batch.moves += older.moves
            for (index, intake) in batch.intakes.enumerated() {
                let same = older.intakes.first { $0.release.application == intake.release.application }
                batch.intakes[index].overtaken = same?.release
            }
            for intake in older.intakes
            where batch.problems[intake.release.path] != nil || later.contains(intake.release.path) {
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

    /// What a delivery waited for while its commit was overtaken. What the ref names now is another delivery's.
    func late(_ commit: String) async throws -> ReleaseBatch {
        var batch = try await readable(commit) ?? ReleaseBatch(hasSeveral: true, problems: [:])
        batch.declarations = nil
        batch.intakes = batch.intakes.map(onlyOverBefore)
        batch.leavesHead = true
        return batch
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

    /// - Parameter isOwn: whether the commit is the delivery's.
    private func batch(_ layout: RepositoryLayout, at commit: String, isOwn: Bool) async throws -> ReleaseBatch {
        let layout = try meant(layout)
        var batch = ReleaseBatch(hasSeveral: layout.hasSeveral, problems: layout.problems)
        var intakes: [(intake: ReleaseIntake, file: ServiceFile)] = []
        for service in layout.services {
            do {
                let intake = try await intake(service, at: commit, hasSeveral: layout.hasSeveral)
                if let intake { intakes.append((intake, service.file)) }
            } catch let error as DeploydError where !error.code.isTransient {
                batch.problems[service.path] = error
            }
        }
        for (entry, image) in zip(intakes, await images(of: intakes, isOwn: isOwn)) {
            var intake = entry.intake
            do {
                if let found = try image.get() {
                    intake.release.image = found.image
                    batch.moves += found.move.map { [$0] } ?? []
                }
                batch.intakes.append(intake)
            } catch let missing as MissingImage {
                batch.missing.append(missing)
            } catch let error as DeploydError where !error.code.isTransient {
                batch.problems[intake.release.path] = error
            }
        }
        return batch
    }

    /// Of each what it is, in their order; several are asked for at once.
    private func images(
        of intakes: [(intake: ReleaseIntake, file: ServiceFile)], isOwn: Bool
    ) async -> [Result<ReleaseImages.Found?, any Error>] {
        let images = ReleaseImages(
            context: context, delivery: delivery, registry: context.images.map { SharedImages($0.registry) })
        let places = Limiter(PushedReleases.imagesAtOnce, maximumWaiting: ServiceFolders.maximum)
        return await withTaskGroup(of: (Int, Result<ReleaseImages.Found?, any Error>).self) { group in
            for (index, (intake, file)) in intakes.enumerated() {
                group.addTask {
                    do {
                        let found = try await places.withPlace {
                            try await image(of: intake, file, isOwn: isOwn, images)
                        }
                        return (index, .success(found))
                    } catch {
                        return (index, .failure(error))
                    }
                }
            }
            var found = [Result<ReleaseImages.Found?, any Error>](repeating: .success(nil), count: intakes.count)
            for await (index, result) in group { found[index] = result }
            return found
        }
    }

    /// nil: it is built.
    private func image(
        of intake: ReleaseIntake, _ file: ServiceFile, isOwn: Bool, _ images: ReleaseImages
    ) async throws -> ReleaseImages.Found? {
        guard let image = file.image else { return nil }
        return try await images.find(
            image, of: intake.release, settings: try await settings(of: intake), isOwn: isOwn)
    }

    /// Where it goes, as `ReleaseIntake` will have it.
    private func settings(of intake: ReleaseIntake) async throws -> Application.Settings {
        if case .file(let file) = intake.declaration { return file.settings }
        let name = intake.release.application
        let recorded = try await context.storage.read { try $0.application(name) }
        return recorded?.settings ?? Application.Settings(environmentSets: [], environments: [])
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
