import Core
import Formats
import Kubernetes
import Model

/// The objects of a resource, made from its template: manifests, in which `${values.NAME}` is replaced where their first
/// line asks for it.
struct ResourceObjects: Sendable {
    /// Under which name a resource is required: for people who select by labels.
    static let label = "deployd.dev/resource"
    /// An annotation: whose it is, for people.
    static let owner = "deployd.dev/owner"
    private static let prefix = "resource."

    let request: ResourceRequest
    let name: String
    let namespace: String

    /// By which everything of a resource is known: its id, which no renaming changes, and which is no application's name.
    static func identity(of request: ResourceRequest) -> InstanceIdentity {
        InstanceIdentity(application: "\(prefix)\(request.id)", target: "resource")
    }

    static func isResource(_ identity: InstanceIdentity) -> Bool { identity.application.hasPrefix(prefix) }

    /// The kinds that a template names, whatever else is right or wrong in it.
    static func types(of template: JSONValue) -> Set<KubernetesType> {
        let text = template["text"]?.string ?? ""
        let documents = YAML.documents(Array(text.utf8), diagnostics: Diagnostics(file: ""))
        return Set(
            documents.compactMap { document in
                guard let version = document["apiVersion"]?.scalar?.text, let kind = document["kind"]?.scalar?.text
                else { return nil }
                return KubernetesType(apiVersion: version, kind: kind)
            })
    }

    /// In the order in which they are applied.
    /// - Throws: `DeploydError` `invalid`.
    func list() throws(DeploydError) -> [KubernetesObject] {
        guard let file = request.template["file"]?.string, let text = request.template["text"]?.string,
            request.template.object?.count == 2
        else {
            throw problem("is no file of manifests: write them into a file beside the definition, and its name here")
        }
        let parsed = ManifestReader(references).read([ManifestFile(path: file, bytes: Array(text.utf8))])
        guard let found = parsed.value else {
            throw DeploydError(.invalid, parsed.diagnostics.map(\.description).joined(separator: "\n"))
        }
        guard !found.isEmpty else { throw problem("has no objects") }
        var first: [ObjectKey: ManifestObject] = [:]
        for manifest in found {
            if let other = first.updateValue(manifest, forKey: ObjectKey(manifest.object)) {
                throw DeploydError(.invalid, "\(manifest.origin): \(manifest.title) is in \(other.origin) already")
            }
        }
        let objects = try found.map { manifest throws(DeploydError) in try placed(manifest) }
        return objects.enumerated().sorted { one, other in
            (ManifestOrder.rank(one.element), one.offset) < (ManifestOrder.rank(other.element), other.offset)
        }.map(\.element)
    }

    private func placed(_ manifest: ManifestObject) throws(DeploydError) -> KubernetesObject {
        guard !ClusterScoped.known.contains(manifest.object.kind) else {
            throw DeploydError(
                .invalid,
                "\(manifest.origin): \(manifest.title) is of the whole cluster: whoever runs the cluster makes it")
        }
        if let named = manifest.object.namespace, named != namespace {
            throw DeploydError(
                .invalid,
                "\(manifest.file):\(manifest.namespacePosition ?? manifest.position): metadata.namespace: "
                    + "'\(shortened(named))' is another namespace than the world's, '\(namespace)': leave it out")
        }
        var object = manifest.object
        object.set(["metadata", "namespace"], .string(namespace))
        for (key, value) in ObjectLabels.ownership(ResourceObjects.identity(of: request)) {
            object.set(["metadata", "labels", key], .string(value))
        }
        object.set(["metadata", "labels", ResourceObjects.label], .string(ObjectLabels.value(request.name)))
        object.set(["metadata", "labels", "app.kubernetes.io/managed-by"], "deployd")
        object.set(["metadata", "annotations", ResourceObjects.owner], .string(ownerText))
        return object
    }

    private var ownerText: String {
        request.instance.map { "\(request.name) of \($0.application) on \($0.target)" } ?? "\(request.name), shared"
    }

    private var references: ManifestReader.References {
        var values = request.values.mapValues { Secret($0) }
        values["name"] = values["name"] ?? Secret(name)
        func named(_ name: String) -> String { "values.\(name)" }
        return ManifestReader.References(
            values: Dictionary(uniqueKeysWithValues: values.map { (named($0.key), $0.value) }),
            secrets: Set(request.secretValues.map(named)))
    }

    /// What the objects of a resource are called, where its definition does not say: a DNS label with room for what
    /// controllers append.
    static func name(of request: ResourceRequest) -> String {
        let name = String(request.name.map { $0 == "." ? "-" : $0 })
        return ObjectNames.shortened(
            request.instance.map { "\($0.application)-\(name)" } ?? "shared-\(name)", limit: 52)
    }

    private func problem(_ text: String) -> DeploydError {
        DeploydError(.invalid, "the template of the slug '\(request.slug)' \(text)")
    }
}
