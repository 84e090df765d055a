import Core
import Formats
import Glibc
import Model
import System

/// What was found wrong with the files that deployd reads.
struct Validation {
    private static let fileLimit = 1 << 20

    /// One line each.
    private(set) var problems: [String] = []
    /// How many files were read.
    private(set) var checked = 0

    /// Checks a file, or the files of a folder; what cannot be read is a problem too, and the rest is still checked.
    mutating func check(_ path: String) async {
        do throws(DeploydError) {
            guard isDirectory(path) else { return try check(file: path) }
            try await check(folder: path)
        } catch {
            problems.append("\(path): \(error.message)")
        }
    }

    private mutating func check(folder: String) async throws(DeploydError) {
        let prefix = folder == "." ? "" : folder.hasSuffix("/") ? folder : "\(folder)/"
        let before = checked
        if access(prefix + ServiceFile.fileName, F_OK) == 0 {
            let listing = try await ServiceListing(reading: folder)
            checked += listing.checked
            problems += listing.diagnostics.map(\.description)
        }
        try check(TopologyFiles(worlds: "\(prefix)worlds", repositories: "\(prefix)resource-repos"))
        guard checked == before else { return }
        try checkFiles(of: folder, prefix)
        guard checked == before else { return }
        throw DeploydError(.notFound, "nothing to check: no deployd.yaml, worlds, resource-repos or other *.yaml")
    }

    private mutating func check(_ files: TopologyFiles) throws(DeploydError) {
        let count = try files.count()
        guard count > 0 else { return }
        checked += count
        problems += try files.load().diagnostics.map(\.description)
    }

    /// The folder itself may be `worlds`, or a resource repository.
    private mutating func checkFiles(of folder: String, _ prefix: String) throws(DeploydError) {
        let names = try TopologyFiles.yamlFiles(in: folder)
        guard names.contains(ResourceRepository.fileName) else {
            for name in names { try check(file: prefix + name) }
            return
        }
        checked += names.count
        problems += try TopologyFiles.problems(ofRepository: folder).map(\.description)
    }

    private mutating func check(file: String) throws(DeploydError) {
        let bytes = try Files.read(file, limit: Validation.fileLimit)
        guard let kind = FileKind.detect(bytes, file: file) else {
            let diagnostics = Diagnostics(file: file)
            _ = YAML.documents(bytes, diagnostics: diagnostics)
            problems += diagnostics.sorted.map(\.description)
            guard diagnostics.isEmpty else { return }
            throw DeploydError(
                .invalid,
                "none of the files that deployd reads: it has none of the keys service, world, environment, "
                    + "environmentSet, slug, repository")
        }
        checked += 1
        problems += kind.check(bytes, file: file).map(\.description)
    }

    private func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
