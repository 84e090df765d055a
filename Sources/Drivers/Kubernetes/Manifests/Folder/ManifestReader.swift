import Core
import Formats
import Kubernetes

/// Reads a folder of manifests: plain files of the API's objects, one or more in each. Pure.
struct ManifestReader {
    /// What `${…}` may refer to in files that ask for it, and what these stand for.
    struct References: Sendable {
        static let none = References(values: [:], secrets: [])

        let values: [String: Secret]
        /// Those whose values are secret: they may stand in Secrets only.
        let secrets: Set<String>
    }

    let references: References

    init(_ references: References = .none) { self.references = references }

    /// - Returns: the objects in the order of their files' paths, or all that is wrong with them.
    func read(_ files: [ManifestFile]) -> Parsed<[ManifestObject]> {
        let files = files.filter { ManifestFile.isManifest($0.path) }.sorted { $0.path < $1.path }
        var objects: [ManifestObject] = []
        let bounds = bounds(files)
        guard bounds.isEmpty else { return Parsed(value: nil, diagnostics: bounds) }
        var found: [Diagnostic] = []
        for file in files {
            let diagnostics = Diagnostics(file: file.path)
            let limits = YAMLLimits(size: ManifestBounds.bytes)
            for document in YAML.documents(file.bytes, diagnostics: diagnostics, limits: limits) {
                objects += read(document, of: file, diagnostics)
            }
            found += diagnostics.sorted
            guard objects.count <= ManifestBounds.objects, found.count < Diagnostics.limit else { break }
        }
        if objects.count > ManifestBounds.objects, let last = objects.last {
            let message = "more than \(ManifestBounds.objects) objects are in this folder"
            found.append(Diagnostic(file: last.file, position: last.position, message: message))
        }
        return Parsed(value: found.isEmpty ? objects : nil, diagnostics: found)
    }

    private func bounds(_ files: [ManifestFile]) -> [Diagnostic] {
        guard let first = files.first else { return [] }
        let bytes = files.reduce(0) { $0 + $1.bytes.count }
        let message: String
        if files.count > ManifestBounds.files {
            message = "\(files.count) manifests are in this folder; \(ManifestBounds.files) are the most"
        } else if bytes > ManifestBounds.bytes {
            message = "the manifests of this folder have \(bytes) bytes; \(ManifestBounds.bytes) are the most"
        } else {
            return []
        }
        return [Diagnostic(file: first.path, position: .start, message: message)]
    }

    /// The objects of a document: none of an empty one, several of a `List`.
    private func read(_ node: YAMLNode, of file: ManifestFile, _ diagnostics: Diagnostics) -> [ManifestObject] {
        guard !node.isNull else { return [] }
        guard node.mapping != nil else {
            diagnostics.report(node.position, .root, "an object of Kubernetes is expected, with apiVersion and kind")
            return []
        }
        if let items = node["items"]?.sequence, node["kind"]?.scalar?.text.hasSuffix("List") == true {
            return items.flatMap { read($0, of: file, diagnostics) }
        }
        guard let kind = text("kind", of: node, diagnostics), text("apiVersion", of: node, diagnostics) != nil else {
            return []
        }
        let values = ManifestValues(
            references: file.isTemplate ? references : nil, holdsSecrets: kind == "Secret", diagnostics: diagnostics)
        guard check(node, kind, diagnostics), let object = KubernetesObject(values.json(node, .root)) else { return [] }
        guard !object.name.isEmpty else {
            let metadata = DocumentPath("metadata")
            diagnostics.report(
                node.position(of: metadata), metadata,
                "a name is needed (metadata.name): deployd knows objects by their names")
            return []
        }
        let path = DocumentPath("metadata", "namespace")
        return [
            ManifestObject(
                object: object.settled, file: file.path, position: node.position,
                namespacePosition: object.namespace.map { _ in node.position(of: path) })
        ]
    }

    private func text(_ key: String, of node: YAMLNode, _ diagnostics: Diagnostics) -> String? {
        if let scalar = node[key]?.scalar, scalar.kind == .string, !scalar.text.isEmpty { return scalar.text }
        diagnostics.report(
            node.position(of: DocumentPath(key)), DocumentPath(key), "every object says its apiVersion and its kind")
        return nil
    }

    /// Objects that are no part of a service.
    private func check(_ node: YAMLNode, _ kind: String, _ diagnostics: Diagnostics) -> Bool {
        let group = node["apiVersion"]?.scalar?.text.split(separator: "/").first ?? ""
        let problem: String? =
            switch (group, kind) {
            case ("kustomize.config.k8s.io", _):
                "this is for kustomize, which is not run: write what it makes (kubectl kustomize), and leave this file out"
            case (_, "Namespace"):
                "the namespace is the world's: whoever runs the cluster makes it, and a service's objects go into it"
            default: nil
            }
        if let problem { diagnostics.report(node.position(of: DocumentPath("kind")), DocumentPath("kind"), problem) }
        return problem == nil
    }
}
