import Core
import Formats
import Kubernetes
import Model

/// Where a release's folder of manifests is read.
struct ManifestSource: Sendable {
    let source: any SourceControl

    /// - Returns: nothing where the service names no folder.
    /// - Throws: `.invalid` with all that is wrong with the files; `.notFound` when the folder is not there.
    func manifests(_ request: WorkloadRequest) async throws -> [ManifestObject] {
        guard let written = request.spec.manifests else { return [] }
        let folder = ManifestSource.plain(written)
        let path = request.release.path.isEmpty ? folder : "\(request.release.path)/\(folder)"
        let found = try await source.files(
            below: path, of: request.release.source, endingIn: ManifestFile.suffixes, limit: ManifestBounds.bytes,
            maximum: ManifestBounds.files)
        guard let found else {
            throw DeploydError(
                .notFound, "manifests: version \(shortened(request.release.version)) has no folder '\(folder)'")
        }
        guard !found.isEmpty else {
            throw DeploydError(.invalid, "manifests: no file of '\(folder)' ends in .yaml, .yml or .json")
        }
        // As whoever wrote them calls them: from the service's own folder.
        let files = found.map { ManifestFile(path: "\(folder)\($0.key.dropFirst(path.count))", bytes: $0.value) }
        return try ManifestReader(ManifestReader.References(request.spec)).read(files).get()
    }

    /// `./k8s/` as `k8s`.
    private static func plain(_ folder: String) -> String {
        folder.split(separator: "/").filter { $0 != "." }.joined(separator: "/")
    }
}

extension ManifestReader.References {
    init(_ spec: WorkloadSpec) {
        self.init(values: spec.references, secrets: spec.secretReferences)
    }
}
