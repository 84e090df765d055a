import Core
import Formats
import Model
import System

/// The services of a folder with a `deployd.yaml`, as they are on the disk: one, or those that it lists.
struct ServiceListing {
    struct Service: Equatable {
        /// Its folder from the root; empty for the root.
        let path: String
        let name: String
    }

    private static let fileLimit = 1 << 20

    private(set) var services: [Service] = []
    /// Whether the root file lists services, even if only one.
    private(set) var hasSeveral = false
    /// Everything that is wrong, of every file.
    private(set) var diagnostics: [Diagnostic] = []
    /// How many files were read.
    private(set) var checked = 0

    /// Blocks.
    /// - Parameter directory: with a `deployd.yaml`.
    /// - Throws: what reading it throws; what is wrong with the others is a diagnostic.
    init(reading directory: String) async throws(DeploydError) {
        let prefix = directory == "." ? "" : directory.hasSuffix("/") ? directory : "\(directory)/"
        let file = prefix + ServiceFile.fileName
        let bytes = try Files.read(file, limit: ServiceListing.fileLimit)
        checked = 1
        let parsed = RootFile.parse(bytes, file: file)
        diagnostics = parsed.diagnostics
        switch parsed.value {
        case nil: return
        case .service(let service): services = [Service(path: "", name: service.service)]
        case .services(let patterns):
            hasSeveral = true
            try await read(patterns, prefix, Root(file: file, bytes: bytes))
        }
    }

    /// Says where things stand in the root file.
    private struct Root {
        let file: String
        let document: YAMLNode?

        init(file: String, bytes: [UInt8]) {
            self.file = file
            document = YAML.documents(bytes, diagnostics: Diagnostics(file: file)).first
        }

        func diagnostic(_ index: Int, _ message: String) -> Diagnostic {
            let path = DocumentPath("services").appending(index)
            return Diagnostic(
                file: file, position: document?.position(of: path) ?? .start, path: path, message: message)
        }
    }

    private mutating func read(_ patterns: [String], _ prefix: String, _ root: Root) async throws(DeploydError) {
        var seen: Set<String> = []
        for (index, pattern) in patterns.enumerated() {
            do throws(DeploydError) {
                for path in try await ServiceListing.folders(pattern, prefix) where seen.insert(path).inserted {
                    try take(path, isPattern: pattern.contains("*"), prefix, root, index)
                }
            } catch {
                diagnostics.append(root.diagnostic(index, error.message))
            }
        }
        if services.isEmpty, diagnostics.isEmpty {
            diagnostics.append(root.diagnostic(0, "no folder that it names has a \(ServiceFile.fileName)"))
        }
        for (name, claimants) in Dictionary(grouping: services, by: \.name).sorted(by: { $0.key < $1.key })
        where claimants.count > 1 {
            let sentence = ServiceFolders.claimed(name, by: claimants.map(\.path))
            diagnostics += claimants.map { claimant in
                Diagnostic(
                    file: "\(prefix)\(claimant.path)/\(ServiceFile.fileName)", position: .start,
                    path: DocumentPath("service"), message: sentence)
            }
        }
    }

    private static func folders(_ pattern: String, _ prefix: String) async throws(DeploydError) -> [String] {
        do {
            return try await ServiceFolders.matching(pattern) { folder in
                let path = prefix + folder
                do throws(DeploydError) {
                    // As git has it: a link is no folder.
                    return try Files.entries(of: path.isEmpty ? "." : path)
                        .filter { $0.isDirectory && !$0.isLink && $0.name != ".git" }.map(\.name)
                } catch {
                    guard error.code == .notFound else { throw error }
                    return []
                }
            }
        } catch { throw DeploydError.wrapping(error, "unexpected error") }
    }

    private mutating func take(
        _ path: String, isPattern: Bool, _ prefix: String, _ root: Root, _ index: Int
    ) throws(DeploydError) {
        let file = "\(prefix)\(path)/\(ServiceFile.fileName)"
        let bytes: [UInt8]
        do throws(DeploydError) { bytes = try Files.read(file, limit: ServiceListing.fileLimit) } catch {
            guard error.code == .notFound else { throw error }
            if !isPattern { diagnostics.append(root.diagnostic(index, "there is no \(file)")) }
            return
        }
        checked += 1
        let parsed = ServiceFile.parse(bytes, file: file)
        diagnostics += parsed.diagnostics
        if let service = parsed.value { services.append(Service(path: path, name: service.service)) }
    }
}
