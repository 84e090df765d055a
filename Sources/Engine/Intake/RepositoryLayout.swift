import Core
import Formats
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
            let paths = claimants.map(\.path).sorted().joined(separator: " and ")
            for claimant in claimants {
                problems[claimant.path] = DeploydError(
                    .conflict, "the service '\(name)' is declared by \(paths): one of them needs another name")
            }
        }
        self.init(services.filter { claims[$0.name] == nil }, problems, hasSeveral)
    }

    private init(_ services: [Service], _ problems: [String: DeploydError], _ hasSeveral: Bool) {
        self.services = services
        self.problems = problems
        self.hasSeveral = hasSeveral
    }

    /// Only what is in some folders.
    func part(where isMeant: (String) -> Bool) -> RepositoryLayout {
        RepositoryLayout(services.filter { isMeant($0.path) }, problems.filter { isMeant($0.key) }, hasSeveral)
    }
}

/// Finds a repository's services at commits that were fetched.
struct LayoutReader: Sendable {
    /// So many services a repository may have.
    static let maximum = 200
    static let fileLimit = 1 << 20

    let source: any SourceControl
    let repository: CodeRepository

    /// - Throws: `.invalid` when the root file is missing or wrong; what is wrong with one of several services is a
    ///   problem of the layout.
    func read(at commit: String) async throws -> RepositoryLayout {
        guard let bytes = try await file(ServiceFile.fileName, at: commit) else {
            throw DeploydError(
                .invalid, "\(repository.name) has no \(ServiceFile.fileName) at \(commit); `deployd init` writes one")
        }
        switch try RootFile.parse(bytes, file: ServiceFile.fileName).get() {
        case .service(let file):
            let service = RepositoryLayout.Service(path: "", bytes: bytes, file: file)
            return RepositoryLayout([("", .success(service))], hasSeveral: false)
        case .services(let patterns):
            return RepositoryLayout(try await services(patterns, at: commit), hasSeveral: true)
        }
    }

    private func services(
        _ patterns: [String], at commit: String
    ) async throws -> [(path: String, service: Result<RepositoryLayout.Service, DeploydError>)] {
        var found: [(path: String, service: Result<RepositoryLayout.Service, DeploydError>)] = []
        var seen: Set<String> = []
        for pattern in patterns {
            let isPattern = pattern.contains("*")
            for path in try await folders(pattern, at: commit) where seen.insert(path).inserted {
                guard let service = try await service(path, isPattern: isPattern, at: commit) else { continue }
                guard found.count < LayoutReader.maximum else {
                    throw DeploydError(
                        .invalid, "\(ServiceFile.fileName): more than \(LayoutReader.maximum) services are too many")
                }
                found.append((path, service))
            }
        }
        return found
    }

    /// nil: a folder that only a pattern names and that is no service.
    private func service(
        _ path: String, isPattern: Bool, at commit: String
    ) async throws -> Result<RepositoryLayout.Service, DeploydError>? {
        let name = "\(path)/\(ServiceFile.fileName)"
        do {
            guard let bytes = try await file(name, at: commit) else {
                guard !isPattern else { return nil }
                throw DeploydError(.invalid, "the root's services names \(path), and there is no \(name)")
            }
            let file = try ServiceFile.parse(bytes, file: name).get()
            return .success(RepositoryLayout.Service(path: path, bytes: bytes, file: file))
        } catch let error as DeploydError where !error.code.isTransient {
            return .failure(error)
        }
    }

    /// The folders that a pattern stands for, in the order of their names.
    private func folders(_ pattern: String, at commit: String) async throws -> [String] {
        var found = [""]
        for part in pattern.split(separator: "/").map(String.init) {
            var next: [String] = []
            for folder in found {
                let prefix = folder.isEmpty ? "" : "\(folder)/"
                guard part.contains("*") else {
                    next.append(prefix + part)
                    continue
                }
                let names = try await source.folders(in: folder, of: repository, at: commit)
                next += names.filter { Glob.matches(part, $0) }.sorted().map { prefix + $0 }
            }
            // A pattern over a large tree must not make a git process for each of its folders.
            guard next.count <= 10 * LayoutReader.maximum else {
                throw DeploydError(
                    .invalid, "\(ServiceFile.fileName): services: '\(pattern)' stands for too many folders")
            }
            found = next
        }
        return found
    }

    private func file(_ path: String, at commit: String) async throws -> [UInt8]? {
        try await source.file(path, in: repository, at: commit, limit: LayoutReader.fileLimit)
    }
}
