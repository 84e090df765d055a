import Core
import Drivers
import Formats
import Model

/// Reads the resource repositories that world files name by git URL, several at a time.
struct RemoteReader: Sendable {
    /// What is read of each.
    enum Mode: Sendable {
        /// What the ref names now.
        case now
        /// What it names now, or what was in force last.
        case nowOrLast
        /// What was in force last.
        case last
    }

    struct Outcome: Sendable {
        var sources: [RemoteRepository: RepositorySource] = [:]
        /// What stands against reading them.
        var errors: [Diagnostic] = []
        /// Why some are not what their refs name now.
        var warnings: [Diagnostic] = []

        var commits: [RemoteRepository: String] { sources.compactMapValues { $0.origin?.commit } }
    }

    private struct Result: Sendable {
        let source: Parsed<RepositorySource>?
        let problem: String?
    }

    private static let parallel = 8

    let repositories: RemoteRepositories

    /// - Parameter problem: why it is not what the ref names now, with `.last`.
    func read(_ uses: [WorldFile.RemoteUse], _ mode: Mode, because problem: String? = nil) async -> Outcome {
        let remotes = Array(Set(uses.map(\.remote)))
        let results = await withTaskGroup(of: (RemoteRepository, Result).self) { group in
            var results: [RemoteRepository: Result] = [:]
            for (index, remote) in remotes.enumerated() {
                if index >= RemoteReader.parallel, let (done, result) = await group.next() { results[done] = result }
                group.addTask { (remote, await result(remote, mode, problem)) }
            }
            for await (done, result) in group { results[done] = result }
            return results
        }
        var outcome = Outcome()
        for use in uses {
            guard let result = results[use.remote] else { continue }
            if let source = result.source?.value {
                outcome.sources[use.remote] = source
                if let problem = result.problem { outcome.warnings.append(use.problem(problem)) }
            } else if let problem = result.problem {
                outcome.errors.append(use.problem(problem))
            }
            for diagnostic in result.source?.diagnostics ?? [] where !outcome.errors.contains(diagnostic) {
                outcome.errors.append(diagnostic)
            }
        }
        return outcome
    }

    private func result(_ remote: RemoteRepository, _ mode: Mode, _ problem: String?) async -> Result {
        do {
            guard mode != .last else { return await last(remote, problem ?? "it was not read") }
            return Result(source: RemoteReader.parse(try await repositories.fetch(remote), remote), problem: nil)
        } catch {
            let message = "\((error as? DeploydError)?.message ?? "\(error)")"
            return mode == .now ? Result(source: nil, problem: message) : await last(remote, message)
        }
    }

    private func last(_ remote: RemoteRepository, _ problem: String) async -> Result {
        guard let last = await repositories.last(remote) else { return Result(source: nil, problem: problem) }
        return Result(
            source: RemoteReader.parse(last, remote, problem),
            problem: "\(problem); what was in force last is used, the commit \(last.commit)")
    }

    private static func parse(
        _ reading: RemoteRepositories.Reading, _ remote: RemoteRepository, _ problem: String? = nil
    ) -> Parsed<RepositorySource> {
        RepositorySource.parse(
            origin: RepositoryOrigin(remote, commit: reading.commit, problem: problem), files: reading.files)
    }
}
