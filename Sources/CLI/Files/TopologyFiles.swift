public import Core
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

    private let worlds: String
    private let repositories: String
    private let trustsBuiltIn: Bool
    private let references: WorldReferences?

    /// - Parameters:
    ///   - worlds: a folder of `*.yaml`; a missing one declares nothing.
    ///   - repositories: a folder with one folder per repository; a missing one has none.
    ///   - environment: for what world files refer to as `env:NAME`; nil: neither that nor their files are looked at.
    ///   - trustsBuiltIn: whether the world that there is without any file may run pushed code.
    public init(
        worlds: String, repositories: String, environment: [String: String]? = nil, trustsBuiltIn: Bool = true
    ) {
        self.worlds = worlds
        self.repositories = repositories
        self.trustsBuiltIn = trustsBuiltIn
        references = environment.map(WorldReferences.init)
    }

    /// Reads everything but what is in git, which is not looked at. Blocks.
    /// - Returns: the content, or every error of every file.
    /// - Throws: `DeploydError` when a folder or file cannot be read at all.
    public func load() throws(DeploydError) -> Parsed<Content> {
        let documents = try documents()
        guard let value = documents.value else { return Parsed(value: nil, diagnostics: documents.diagnostics) }
        return content(of: value, remotes: nil)
    }

    /// Reads every file, each alone. Blocks.
    /// - Throws: `DeploydError` when a folder or file cannot be read at all.
    public func documents() throws(DeploydError) -> Parsed<TopologyDocuments> {
        var diagnostics: [Diagnostic] = []
        var found: [RepositorySource] = []
        for name in try TopologyFiles.folders(in: repositories) {
            let parsed = try TopologyFiles.repository("\(repositories)/\(name)")
            diagnostics += parsed.diagnostics
            found += parsed.value.map { [$0] } ?? []
        }
        var files: [WorldFile] = []
        for name in try TopologyFiles.yamlFiles(in: worlds) {
            let path = "\(worlds)/\(name)"
            let parsed = WorldFile.parse(try Files.read(path, limit: TopologyFiles.fileLimit), file: path)
            diagnostics += parsed.diagnostics
            files += parsed.value.map { [$0] } ?? []
        }
        let documents = TopologyDocuments(repositories: found, files: files)
        diagnostics += documents.addresses
        return diagnostics.isEmpty
            ? Parsed(value: documents, diagnostics: []) : Parsed(value: nil, diagnostics: diagnostics)
    }

    /// Puts together what was read, with what world files refer to. Blocks.
    /// - Parameter remotes: what was read from git; nil when it was not looked at.
    public func content(
        of documents: TopologyDocuments, remotes: [RemoteRepository: RepositorySource]?
    ) -> Parsed<Content> {
        let clashes = documents.clashes(remotes ?? [:])
        guard clashes.isEmpty else { return Parsed(value: nil, diagnostics: clashes) }
        let found = documents.repositories + (remotes ?? [:]).values.sorted { $0.name < $1.name }
        let isWhole = remotes != nil || documents.remotes.isEmpty
        // What is in git and not looked at may have any name.
        let names = found.map(\.name) + (isWhole ? [] : documents.named)
        let topology = Topology.assemble(
            documents.files, repositories: names, remotes: (remotes ?? [:]).mapValues(\.name),
            secrets: references?.secrets(), trustsBuiltIn: trustsBuiltIn)
        let catalogue = ResourceCatalogue.resolve(isWhole ? found : documents.complete)
        guard let topology = topology.value, let catalogue = catalogue.value else {
            return Parsed(value: nil, diagnostics: catalogue.diagnostics + topology.diagnostics)
        }
        let problems = SharedCheck.problems(
            in: documents.files, worlds: topology.sortedWorlds, catalogue: catalogue, isWhole: isWhole)
        guard problems.isEmpty else { return Parsed(value: nil, diagnostics: problems) }
        return Parsed(value: Content(topology: topology, catalogue: catalogue), diagnostics: [])
    }

    /// One resource repository. Blocks.
    static func repository(_ folder: String) throws(DeploydError) -> Parsed<RepositorySource> {
        var files: [String: [UInt8]] = [:]
        for name in try yamlFiles(in: folder) {
            files[name] = try Files.read("\(folder)/\(name)", limit: fileLimit)
        }
        return RepositorySource.parse(folder: folder, files: files)
    }

    /// What is wrong with one resource repository; those that it inherits are looked for beside it. Blocks.
    static func problems(ofRepository folder: String) throws(DeploydError) -> [Diagnostic] {
        let parsed = try repository(folder)
        guard let first = parsed.value else { return parsed.diagnostics }
        var found = [first.name: first]
        var waiting = first.inherits
        while let name = waiting.popLast() {
            let path = "\(folder)/../\(name)"
            guard found[name] == nil, access("\(path)/\(ResourceRepository.fileName)", R_OK) == 0 else { continue }
            let parsed = try repository(path)
            guard let inherited = parsed.value else { return parsed.diagnostics }
            found[name] = inherited
            waiting += inherited.inherits
        }
        return ResourceCatalogue.resolve(found.values.sorted { $0.name < $1.name }).diagnostics
    }

    /// How many files there are. Blocks.
    public func count() throws(DeploydError) -> Int {
        var count = try TopologyFiles.yamlFiles(in: worlds).count
        for name in try TopologyFiles.folders(in: repositories) {
            count += try TopologyFiles.yamlFiles(in: "\(repositories)/\(name)").count
        }
        return count
    }

    /// Which of both folders are there. Blocks.
    public func present() -> Set<String> {
        Set([worlds, repositories].filter { access($0, F_OK) == 0 })
    }

    /// Changes whenever a file or folder is added, removed, or written, or a file that a world file refers to. Blocks.
    public func signature() -> Digest {
        let folders = (try? TopologyFiles.folders(in: repositories)) ?? []
        let text = ([worlds] + folders.map { "\(repositories)/\($0)" }).map { folder in
            let files = (try? TopologyFiles.yamlFiles(in: folder)) ?? []
            return "\(folder)\n" + files.map { TopologyFiles.signature(of: "\(folder)/\($0)") }.joined()
        }
        let referred = (references?.paths ?? []).map(TopologyFiles.signature)
        return Digest.sha256(of: (text + referred).joined())
    }

    private static func signature(of path: String) -> String {
        var status = stat()
        guard stat(path, &status) == 0 else { return "" }
        return "\(path) \(status.st_ino) \(status.st_size) \(status.st_mtim.tv_sec).\(status.st_mtim.tv_nsec)\n"
    }

    /// The names of a folder's `*.yaml`, sorted; hidden ones are passed over. Blocks.
    static func yamlFiles(in folder: String) throws(DeploydError) -> [String] {
        let names = try entries(of: folder).map(\.name).filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }
        let most = ResourceRepository.maximumFiles
        guard names.count <= most else {
            throw DeploydError(
                .tooLarge,
                "\(folder) has \(names.count) files that end in .yaml or .yml, and \(most) are the most of one folder: "
                    + "put definitions into several repositories, and several worlds into one file")
        }
        return names
    }

    private static func folders(in folder: String) throws(DeploydError) -> [String] {
        try entries(of: folder).filter(\.isDirectory).map(\.name)
    }

    /// A folder that is missing has nothing in it.
    private static func entries(of folder: String) throws(DeploydError) -> [Files.Entry] {
        if access(folder, F_OK) != 0, errno == ENOENT { return [] }
        return try Files.entries(of: folder).filter { !$0.name.hasPrefix(".") }
    }
}
