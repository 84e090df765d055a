import Core
import Formats
import Model

/// Finds the services in one state of a source: a commit that was fetched, or a pushed working tree.
struct LayoutReading {
    static let fileLimit = 1 << 20

    /// What has them: "acme/hello at 2f1c…".
    let place: String
    /// Those of these files that are there.
    let files: ([String]) async throws -> [String: Result<[UInt8], DeploydError>]
    /// The names of the folders in a folder.
    let folders: (String) async throws -> [String]

    /// Those of a working tree, by its digest.
    static func tree(_ digest: String, _ source: any SourceControl) -> LayoutReading {
        LayoutReading(
            place: "the pushed folder", files: { try await source.files($0, inTree: digest, limit: fileLimit) },
            folders: { try await source.folders(in: $0, ofTree: digest) })
    }

    /// - Throws: `.invalid` when the root file is missing or wrong; what is wrong with one of several services is a
    ///   problem of the layout.
    func read() async throws -> RepositoryLayout {
        guard let bytes = try await files([ServiceFile.fileName])[ServiceFile.fileName]?.get() else {
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
            let paths = try await ServiceFolders.matching(pattern, folders: folders)
                .filter { seen.insert($0).inserted }
            for begin in stride(from: 0, to: paths.count, by: ServiceFolders.maximum) {
                let page = paths[begin..<min(begin + ServiceFolders.maximum, paths.count)]
                let files = try await files(page.map(LayoutReading.name))
                for path in page {
                    let file = files[LayoutReading.name(path)]
                    guard let service = service(path, file, isPattern: isPattern) else { continue }
                    guard found.count < ServiceFolders.maximum else { throw LayoutReading.tooMany }
                    found.append((path, service))
                }
            }
        }
        return found
    }

    private static func name(_ folder: String) -> String { "\(folder)/\(ServiceFile.fileName)" }

    private static var tooMany: DeploydError {
        DeploydError(
            .invalid, "\(ServiceFile.fileName): more than \(ServiceFolders.maximum) services are too many")
    }

    /// nil: a folder that only a pattern names and that is no service.
    private func service(
        _ path: String, _ file: Result<[UInt8], DeploydError>?, isPattern: Bool
    ) -> Result<RepositoryLayout.Service, DeploydError>? {
        let name = LayoutReading.name(path)
        guard let file else {
            guard !isPattern else { return nil }
            return .failure(DeploydError(.invalid, "the root's services names \(path), and there is no \(name)"))
        }
        do throws(DeploydError) {
            let bytes = try file.get()
            let service = try ServiceFile.parse(bytes, file: name).get()
            return .success(RepositoryLayout.Service(path: path, bytes: bytes, file: service))
        } catch {
            return .failure(error)
        }
    }
}
