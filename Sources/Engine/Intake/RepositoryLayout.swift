import Core
import Model

/// The services that a repository has at one commit.
struct RepositoryLayout: Sendable {
    struct Service: Sendable {
        /// Its folder from the root; empty for the root.
        let path: String
        let bytes: [UInt8]
        let file: ServiceFile

        var name: String { file.service }
    }

    let services: [Service]
    /// What is wrong with single services, by their folder. The others are not held up by it.
    let problems: [String: DeploydError]
    /// Whether the root file lists services, even if only one.
    let hasSeveral: Bool
    /// Of the services, and those that several folders declare.
    let names: Set<String>

    func service(named name: String) -> Service? { services.first { $0.name == name } }
    func service(at path: String) -> Service? { services.first { $0.path == path } }

    /// - Parameter found: what was read of each folder.
    init(_ found: [(path: String, service: Result<Service, DeploydError>)], hasSeveral: Bool) {
        var services: [Service] = []
        var problems: [String: DeploydError] = [:]
        for (path, service) in found {
            switch service {
            case .success(let service): services.append(service)
            case .failure(let error): problems[path] = error
            }
        }
        let claims = Dictionary(grouping: services, by: \.name).filter { $0.value.count > 1 }
        for (name, claimants) in claims {
            let sentence = ServiceFolders.claimed(name, by: claimants.map(\.path))
            for claimant in claimants { problems[claimant.path] = DeploydError(.conflict, sentence) }
        }
        self.init(
            services.filter { claims[$0.name] == nil }, problems, hasSeveral, names: Set(services.map(\.name)))
    }

    private init(
        _ services: [Service], _ problems: [String: DeploydError], _ hasSeveral: Bool, names: Set<String>
    ) {
        self.names = names
        self.services = services
        self.problems = problems
        self.hasSeveral = hasSeveral
    }

    /// Only what is in some folders.
    func part(where isMeant: (String) -> Bool) -> RepositoryLayout {
        RepositoryLayout(
            services.filter { isMeant($0.path) }, problems.filter { isMeant($0.key) }, hasSeveral,
            names: names)
    }
}

/// Finds a repository's services at commits that were fetched.
struct LayoutReader: Sendable {
    let source: any SourceControl
    let repository: CodeRepository

    /// - Throws: as `LayoutReading.read`.
    func read(at commit: String) async throws -> RepositoryLayout {
        let reading = LayoutReading(
            place: "\(repository.name) at \(commit)",
            files: { try await source.files($0, in: repository, at: commit, limit: LayoutReading.fileLimit) },
            folders: { try await source.folders(in: $0, of: repository, at: commit) })
        return try await reading.read()
    }
}
