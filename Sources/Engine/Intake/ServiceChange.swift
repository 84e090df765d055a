import Core
import Model

/// Whether one of several services has changed since it was released last: by what is in its folder and its paths, not
/// by what a payload says.
struct ServiceChange: Sendable {
    /// How many of the newest releases are looked through for the last one of the same trigger.
    private static let depth = 100

    let context: EngineContext
    let source: PushedSource

    /// - Parameter settings: the service's, which say what pushes of the same trigger are.
    /// - Throws: `.invalid` when one of its paths is not there.
    func isChanged(
        _ service: RepositoryLayout.Service, at commit: String, settings: Application.Settings
    ) async throws -> Bool {
        let now = try await hashes(of: service, at: commit)
        if let missing = zip(service.paths, now).first(where: { $0.1 == nil })?.0 {
            throw DeploydError(
                .invalid, "\(service.path)/\(ServiceFile.fileName): paths: the repository has no '\(missing)'")
        }
        guard let last = try await lastRelease(of: service, settings), let before = last.commit,
            last.path == service.path
        else { return true }
        // A repeat of the same push.
        guard before != commit else { return true }
        do {
            return try await hashes(of: service, at: before) != now
        } catch let error as DeploydError where !error.code.isTransient {
            // What it was made from is not here any more.
            return true
        }
    }

    private func hashes(of service: RepositoryLayout.Service, at commit: String) async throws -> [String?] {
        var hashes: [String?] = []
        for path in service.paths {
            hashes.append(try await context.source.treeHash(of: path, in: source.repository, at: commit))
        }
        return hashes
    }

    /// The newest release of a branch whose pushes set the same environments.
    private func lastRelease(
        of service: RepositoryLayout.Service, _ settings: Application.Settings
    ) async throws -> Release? {
        let name = service.name
        let (releases, repository) = (
            try await context.storage.read {
                try $0.releases(of: name, PageRequest(limit: ServiceChange.depth)).items
            }, source.repository.name
        )
        let environments = source.environments(of: name, settings, source.reference, context)
        return releases.first { release in
            guard case .commit(repository, _) = release.source,
                let reference = release.reference.flatMap({ PushedReference($0) }), case .branch = reference
            else { return false }
            return source.environments(of: name, settings, reference, context) == environments
        }
    }
}

extension RepositoryLayout.Service {
    /// All that it is made from.
    fileprivate var paths: [String] { [path] + file.paths }
}
