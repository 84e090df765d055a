import Core
import Model
import Synchronization

/// What was read of a repository in one turn of its deliveries. All of them were stored before anything of it was
/// fetched, so what a ref was found to name holds for each: a hundred pushes of a branch take one fetch of its head.
final class SourceTurn: Sendable {
    private struct State {
        var heads: [String: String] = [:]
        var layouts: [String: RepositoryLayout] = [:]
    }

    /// A layout holds the files of all services.
    private static let maximumLayouts = 8

    private let source: any SourceControl
    private let state = Mutex(State())

    init(_ source: any SourceControl) { self.source = source }

    /// The commit that a ref names.
    func head(
        _ reference: String, of repository: CodeRepository, _ secrets: RepositorySecrets
    ) async throws -> String {
        let key = "\(repository.id) \(reference)"
        if let known = state.withLock({ $0.heads[key] }) { return known }
        let commit = try await source.fetch(repository, secrets, reference: reference, commit: nil)
        state.withLock { $0.heads[key] = commit }
        return commit
    }

    /// The services of a commit that was fetched.
    func layout(at commit: String, of repository: CodeRepository) async throws -> RepositoryLayout {
        let key = "\(repository.id) \(commit)"
        if let known = state.withLock({ $0.layouts[key] }) { return known }
        let layout = try await LayoutReader(source: source, repository: repository).read(at: commit)
        state.withLock { state in
            if state.layouts.count >= SourceTurn.maximumLayouts { state.layouts = [:] }
            state.layouts[key] = layout
        }
        return layout
    }
}
