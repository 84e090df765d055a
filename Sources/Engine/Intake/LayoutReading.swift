import Core
import Formats
import Model

/// Finds the services in one state of a source: a commit that was fetched, or a pushed working tree.
struct LayoutReading {
    static let fileLimit = 1 << 20

    /// What has them: "acme/hello at 2f1c…".
    let place: String
    let file: (String) async throws -> [UInt8]?
    /// The names of the folders in a folder.
    let folders: (String) async throws -> [String]

    /// Those of a working tree, by its digest.
    static func tree(_ digest: String, _ source: any SourceControl) -> LayoutReading {
        LayoutReading(
            place: "the pushed folder", file: { try await source.file($0, inTree: digest, limit: fileLimit) },
            folders: { try await source.folders(in: $0, ofTree: digest) })
    }

    /// - Throws: `.invalid` when the root file is missing or wrong; what is wrong with one of several services is a
    ///   problem of the layout.
    func read() async throws -> RepositoryLayout {
        guard let bytes = try await file(ServiceFile.fileName) else {
            throw DeploydError(.invalid, "\(place) has no \(ServiceFile.fileName); `deployd init` writes one")
        }
        switch try RootFile.parse(bytes, file: ServiceFile.fileName).get() {
        case .service(let file):
            let service = RepositoryLayout.Service(path: "", bytes: bytes, file: file)
            return RepositoryLayout([("", .success(service))], hasSeveral: false)
        case .services(let patterns):
            return RepositoryLayout(try await services(patterns), hasSeveral: true)
        }
    }

    private func services(
        _ patterns: [String]
    ) async throws -> [(path: String, service: Result<RepositoryLayout.Service, DeploydError>)] {
        var found: [(path: String, service: Result<RepositoryLayout.Service, DeploydError>)] = []
        var seen: Set<String> = []
        for pattern in patterns {
            let isPattern = pattern.contains("*")
            for path in try await ServiceFolders.matching(pattern, folders: folders)
            where seen.insert(path).inserted {
                guard let service = try await service(path, isPattern: isPattern) else { continue }
                guard found.count < ServiceFolders.maximum else {
                    throw DeploydError(
                        .invalid, "\(ServiceFile.fileName): more than \(ServiceFolders.maximum) services are too many")
                }
                found.append((path, service))
            }
        }
        return found
    }

    /// nil: a folder that only a pattern names and that is no service.
    private func service(
        _ path: String, isPattern: Bool
    ) async throws -> Result<RepositoryLayout.Service, DeploydError>? {
        let name = "\(path)/\(ServiceFile.fileName)"
        do {
            guard let bytes = try await file(name) else {
                guard !isPattern else { return nil }
                throw DeploydError(.invalid, "the root's services names \(path), and there is no \(name)")
            }
            let file = try ServiceFile.parse(bytes, file: name).get()
            return .success(RepositoryLayout.Service(path: path, bytes: bytes, file: file))
        } catch let error as DeploydError where !error.code.isTransient {
            return .failure(error)
        }
    }
}
