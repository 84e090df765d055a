import Core
public import Crypto
public import Formats
import Glibc
public import Model
import System

/// The folders that describe a server's worlds and resource repositories, as they are on the disk.
public struct TopologyFiles: Sendable {
    /// What both folders say together.
    public struct Content: Sendable {
        public let topology: Topology
        public let catalogue: ResourceCatalogue
    }

    private static let fileLimit = 1 << 20
    /// Folders with more files are refused.
    private static let maximumFiles = 5000

    private let worlds: String
    private let repositories: String

    /// - Parameters:
    ///   - worlds: a folder of `*.yaml`; a missing one declares nothing.
    ///   - repositories: a folder with one folder per repository; a missing one has none.
    public init(worlds: String, repositories: String) {
        self.worlds = worlds
        self.repositories = repositories
    }

    /// Reads everything. Blocks.
    /// - Returns: the content, or every error of every file.
    /// - Throws: `DeploydError` when a folder or file cannot be read at all.
    public func load() throws -> Parsed<Content> {
        var diagnostics: [Diagnostic] = []
        let found = try repositories(&diagnostics)
        let files = try yamlFiles(in: worlds).compactMap { name -> WorldFile? in
            let path = "\(worlds)/\(name)"
            let parsed = WorldFile.parse(try Files.read(path, limit: TopologyFiles.fileLimit), file: path)
            diagnostics += parsed.diagnostics
            return parsed.value
        }
        guard diagnostics.isEmpty else { return Parsed(value: nil, diagnostics: diagnostics) }
        let topology = Topology.assemble(files, repositories: found.map(\.name))
        let content = topology.value.map { Content(topology: $0, catalogue: ResourceCatalogue(found)) }
        return Parsed(value: content, diagnostics: topology.diagnostics)
    }

    /// How many files there are. Blocks.
    public func count() throws -> Int {
        try folders(in: repositories).reduce(yamlFiles(in: worlds).count) { count, name in
            count + (try yamlFiles(in: "\(repositories)/\(name)").count)
        }
    }

    /// Changes whenever a file of either folder is added, removed, or written. Blocks.
    public func signature() -> Digest {
        var text = ""
        for folder in [worlds] + ((try? folders(in: repositories)) ?? []).map({ "\(repositories)/\($0)" }) {
            for name in (try? yamlFiles(in: folder)) ?? [] {
                var status = stat()
                guard stat("\(folder)/\(name)", &status) == 0 else { continue }
                let time = status.st_mtim
                text += "\(folder)/\(name) \(status.st_ino) \(status.st_size) \(time.tv_sec).\(time.tv_nsec)\n"
            }
        }
        return Digest.sha256(of: text)
    }

    private func repositories(_ diagnostics: inout [Diagnostic]) throws -> [ResourceRepository] {
        try folders(in: repositories).compactMap { name in
            let folder = "\(repositories)/\(name)"
            let files = try Dictionary(
                yamlFiles(in: folder).map { ($0, try Files.read("\(folder)/\($0)", limit: TopologyFiles.fileLimit)) },
                uniquingKeysWith: { first, _ in first })
            let parsed = ResourceRepository.parse(folder: folder, files: files)
            diagnostics += parsed.diagnostics
            return parsed.value
        }
    }

    /// Sorted; hidden ones are passed over.
    private func yamlFiles(in folder: String) throws -> [String] {
        let names = try entries(of: folder).filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }
        guard names.count <= TopologyFiles.maximumFiles else {
            throw DeploydError(.tooLarge, "\(folder) has more than \(TopologyFiles.maximumFiles) files")
        }
        return names
    }

    private func folders(in folder: String) throws -> [String] {
        try entries(of: folder).filter { name in
            var status = stat()
            return stat("\(folder)/\(name)", &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
        }
    }

    private func entries(of folder: String) throws -> [String] {
        guard let directory = opendir(folder) else {
            guard errno == ENOENT else { throw DeploydError.system("reading \(folder)", errno: errno) }
            return []
        }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }
}
