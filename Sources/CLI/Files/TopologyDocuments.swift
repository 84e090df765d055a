import Core
import Formats
public import Model
import System

/// The world files and the folders of resource repositories, each read alone.
public struct TopologyDocuments: Sendable {
    public let repositories: [RepositorySource]
    public let files: [WorldFile]

    /// Where world files name repositories by git URL.
    public var remotes: [WorldFile.RemoteUse] { files.flatMap(\.remotes) }

    /// Addresses that nobody fetches from.
    var addresses: [Diagnostic] {
        remotes.compactMap { use in
            do {
                _ = try RepositoryURL.parse(use.remote.url, allowLocal: true)
                return nil
            } catch {
                return use.addressProblem((error as? DeploydError)?.message ?? "\(error)")
            }
        }
    }

    /// Every name of a repository that a world has.
    var named: [String] {
        files.flatMap(\.documents).flatMap { document in
            if case .world(let world, _, _) = document { world.resourceRepositories } else { [String]() }
        }
    }

    /// Repositories of one name: two refs of one, or a folder and one from git.
    func clashes(_ remotes: [RemoteRepository: RepositorySource]) -> [Diagnostic] {
        var places = Dictionary(
            repositories.map { ($0.name, "the folder of that name") }, uniquingKeysWith: { first, _ in first })
        var seen: Set<RemoteRepository> = []
        return self.remotes.compactMap { use in
            guard seen.insert(use.remote).inserted, let name = remotes[use.remote]?.name else { return nil }
            guard let other = places[name] else {
                places[name] = "\(use.remote) (\(use.line))"
                return nil
            }
            return use.problem("\(use.remote) is the resource repository '\(name)', and so is \(other): rename one")
        }
    }

    /// The folders that inherit nothing but each other; the others may inherit what is in git.
    var complete: [RepositorySource] {
        var found = repositories
        var names = Set(found.map(\.name))
        while true {
            let known = found.filter { $0.inherits.allSatisfy(names.contains) }
            guard known.count < found.count else { return found }
            found = known
            names = Set(known.map(\.name))
        }
    }
}
