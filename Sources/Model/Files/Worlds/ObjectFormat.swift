public import Core
public import Formats

/// Objects in JSON: the same keys as in a world file, by the same declarations, with `name` instead of the key that says
/// what is declared.
public enum ObjectFormat {
    /// Reads what a request brings.
    /// - Parameters:
    ///   - name: as the request's path has it; nil: the body must say it.
    ///   - environment: of a target, as the path has it.
    /// - Returns: the body, or what is wrong with it, each with its path in the body.
    public static func read(
        _ kind: ObjectKind, _ json: JSONValue, name: String? = nil, environment: String? = nil
    ) -> Parsed<ObjectBody> {
        let diagnostics = Diagnostics(file: "body")
        guard var members = json.object else {
            diagnostics.report(.start, .root, "must be an object")
            return diagnostics.outcome(nil)
        }
        let given = members.removeValue(forKey: "name") ?? members.removeValue(forKey: kind.key) ?? .null
        if let name, !given.isNull, given != .string(name) {
            diagnostics.report(.start, DocumentPath("name"), "must be '\(name)', as in the path; nothing is renamed")
        }
        if kind == .world { checkRepositories(json, diagnostics) }
        let isNamed = name != nil || !given.isNull
        if !isNamed { diagnostics.report(.start, DocumentPath("name"), "missing: expected a name") }
        checkReferences(json, .root, diagnostics)
        if let environment { members["environment"] = .string(environment) }
        let document = JSONValue.object(members.filter { !$0.value.isNull })
        // Under any name, so that what else is wrong is found too.
        let content = content(kind, document, name: name.map(JSONValue.string) ?? (isNamed ? given : "x"), diagnostics)
        // What an environment's body says of targets is kept with the targets.
        let kept = kind == .environment ? document.without("targets") : document
        return diagnostics.outcome(content.map { ObjectBody(content: $0, document: kept) })
    }

    /// What an object says that was made before.
    static func content(of object: DeclaredObject) -> Parsed<ObjectContent> {
        let diagnostics = Diagnostics(file: "the API's \(object.id)")
        return diagnostics.outcome(
            content(object.id.kind, object.document, name: .string(object.id.name), diagnostics))
    }

    private static func content(
        _ kind: ObjectKind, _ document: JSONValue, name: JSONValue, _ diagnostics: Diagnostics
    ) -> ObjectContent? {
        var members = document.object ?? [:]
        members[kind.key] = name
        let found = Diagnostics(file: diagnostics.file)
        let content: ObjectContent?
        switch kind {
        case .world, .environmentSet:
            let document = WorldFormat.read(Place(YAMLNode(.object(members)), diagnostics: found))
            if case .world(_, _, let texts)? = document { checkTexts(texts, found) }
            content = document?.declared(targets: nil)
        case .environment:
            let targets = members.removeValue(forKey: "targets")
            content = WorldFormat.read(Place(YAMLNode(.object(members)), diagnostics: found))?.declared(
                targets: targets.flatMap { TargetBody.targets($0, of: name.string ?? "", found) })
        case .target:
            content = TargetBody.shape.read(YAMLNode(.object(members)), diagnostics: found).map(ObjectContent.target)
        }
        for diagnostic in found.sorted { diagnostics.add(diagnostic.naming(kind)) }
        return content
    }

    /// What the API makes keeps no secrets, and reads nothing of the server's disk.
    private static func checkTexts(_ texts: WorldTexts, _ diagnostics: Diagnostics) {
        let files = "is for world files on the server's disk; what the API makes"
        if texts.certificate != nil {
            diagnostics.report(.start, DocumentPath("entrypoints", "tls"), "\(files) keeps no key")
        }
        let cluster = DocumentPath("capabilities", Capability.deployKubernetes.rawValue)
        if let kubernetes = texts.kubernetes, !kubernetes.isInCluster {
            let key = [
                (kubernetes.kubeconfig != nil, KubernetesFormat.kubeconfig.name),
                (kubernetes.context != nil, KubernetesFormat.context.name),
            ].first(where: \.0)?.1
            diagnostics.report(
                .start, key.map { cluster.appending($0) } ?? cluster,
                key == nil
                    ? "write 'inCluster: true': what the API makes reaches the cluster that deployd runs in"
                    : "\(files) has 'inCluster: true'")
        }
        for (name, registry) in texts.registries where registry.password != nil {
            diagnostics.report(
                .start, DocumentPath(WorldFormat.registries.name, name, RegistryFormat.password.name),
                "\(files) keeps no secrets")
        }
        if texts.dockerConfig != nil {
            diagnostics.report(
                .start, DocumentPath(WorldFormat.dockerConfig.name), "\(files) reads no files there")
        }
    }

    /// What is fetched is for those to say who have the server's disk.
    private static func checkRepositories(_ json: JSONValue, _ diagnostics: Diagnostics) {
        for (index, entry) in (json["resourceRepositories"]?.array ?? []).enumerated() where entry.object != nil {
            diagnostics.report(
                .start, DocumentPath("resourceRepositories").appending(index),
                "a git URL is for world files on the server's disk; name a repository that one of them reads")
        }
    }

    /// Only files on the server's disk may read variables and other files there.
    private static func checkReferences(_ json: JSONValue, _ path: DocumentPath, _ diagnostics: Diagnostics) {
        switch json {
        case .string(let text) where ["${env:", "${file:"].contains { text.replacing("$${", with: "").contains($0) }:
            diagnostics.report(
                .start, path,
                "'${env:…}' and '${file:…}' are for world files on the server's disk; what the API makes has no use of them"
            )
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                checkReferences(element, path.appending(index), diagnostics)
            }
        case .object(let members):
            for (name, member) in members { checkReferences(member, path.appending(name), diagnostics) }
        default: break
        }
    }
}

extension ObjectKind {
    /// The key that says in a document what it declares.
    fileprivate var key: String { self == .target ? "name" : rawValue }
}

extension WorldDocument {
    fileprivate func declared(targets: [Target]?) -> ObjectContent? {
        switch self {
        case .world(let world, let targets, _): .world(world, targets: targets)
        case .environment(let environment, _): .environment(environment, targets: targets)
        case .environmentSet(let set): .environmentSet(set)
        }
    }
}

extension Diagnostic {
    /// The name is `name` in JSON, whatever it declares.
    fileprivate func naming(_ kind: ObjectKind) -> Diagnostic {
        guard path == DocumentPath(kind.key) else { return self }
        return Diagnostic(file: file, position: position, path: DocumentPath("name"), message: message)
    }
}

extension JSONValue {
    fileprivate func without(_ key: String) -> JSONValue {
        guard var members = object else { return self }
        members[key] = nil
        return .object(members)
    }
}

/// A target in JSON.
enum TargetBody {
    private static let name = Field("name", .name, required: true, "Unique on the server")
    private static let environment = Field("environment", .name, required: true, "The environment it belongs to")
    private static let world = Field(
        "world", .name, "The world behind it; null: tracked only, others deploy there and report")

    static let shape = Shape<Target>.mapping([name, environment, world, WorldFormat.labels]) { reader in
        Target(
            name: reader[name] ?? "", environment: reader[environment] ?? "", world: reader[world],
            labels: reader[WorldFormat.labels] ?? [:])
    }

    /// Without its environment, which its place says.
    static let fields: [any FieldDeclaration] = [name, world, WorldFormat.labels]

    /// The entries of an environment's `targets`.
    static func targets(_ json: JSONValue, of environment: String, _ diagnostics: Diagnostics) -> [Target]? {
        let place = Place(YAMLNode(["targets": json]), diagnostics: diagnostics)["targets"]
        let entry = Shape<Target>.mapping(fields) { reader in
            Target(
                name: reader[name] ?? "", environment: environment, world: reader[world],
                labels: reader[WorldFormat.labels] ?? [:])
        }
        var seen: Set<String> = []
        for (index, entry) in (json.array ?? []).enumerated() {
            guard let name = entry["name"]?.string, !seen.insert(name).inserted else { continue }
            place.element(index, YAMLNode(entry)).fail("'\(name)' is in it twice")
        }
        return Shape<[Target]>.list(of: entry).read(place)
    }
}
