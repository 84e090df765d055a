import Core
import Model

/// Whether one of several services has changed since it was released last: by what is in its folder and its paths, not
/// by what a payload says.
struct ServiceChange: Sendable {
    let context: EngineContext
    let source: PushedSource
    /// The push's.
    let delivery: String

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
        guard let (last, push) = try await lastRelease(of: service, settings), let before = last.commit,
            last.path == service.path
        else { return true }
        // The same push, processed again because somebody says so.
        if before == commit, push.delivery == delivery { return true }
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

    /// What the last push to a branch released whose pushes set the same environments.
    private func lastRelease(
        of service: RepositoryLayout.Service, _ settings: Application.Settings
    ) async throws -> (Release, PushedVersion)? {
        let name = service.name
        let environments = source.environments(of: name, settings, source.reference, context)
        let pushed = try await context.storage.read { try $0.pushedVersions(of: name) }
        let last = pushed.first { push in
            guard let reference = PushedReference(push.reference), case .branch = reference else { return false }
            return source.environments(of: name, settings, reference, context) == environments
        }
        guard let last, let release = try await context.storage.read({ try $0.release(name, last.version) }),
            case .commit(source.repository.name, _) = release.source
        else { return nil }
        return (release, last)
    }
}

extension RepositoryLayout.Service {
    /// All that it is made from.
    fileprivate var paths: [String] { [path] + file.paths }
}
