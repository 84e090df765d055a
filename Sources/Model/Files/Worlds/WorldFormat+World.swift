import Core
import Formats

/// A document that declares a world.
extension WorldFormat {
    private static let worldName = Field("world", .name, required: true, "The world's name")
    private static let repositories = Field(
        "resourceRepositories", .list(of: RepositoryEntryFormat.shape),
        "Resource repositories whose slugs may be used here, nearest first")
    private static let capabilities = Field("capabilities", CapabilitiesFormat.shape, "What the world can do")
    private static let trusted = Field(
        "trusted", .boolean, "Whether pushed code may run beside deployd; default false")
    private static let parameters = Field(
        "parameters", .map(keys: .identifier, of: .worldParameter),
        "What resource definitions refer to as world.parameters.NAME")
    private static let entrypoints = Field(
        "entrypoints", WorldEntrypointsFormat.shape, "Where its services are reached by host name")
    private static let gates = Field(
        "gates", .map(keys: .name, of: GateFormat.shape), "Who may reach the entrypoints that name them")
    static let shared = Field(
        "shared", .map(keys: .name, of: SharedFormat.shape, maximum: 100),
        "Resources of the world itself, which services require by these names; each is made once, at the first need")
    static let registries = Field(
        "registries", .map(keys: .registry, of: RegistryFormat.shape, maximum: 50),
        "How registries of images are asked which digest a tag has, by host and port; for image: of services")
    static let dockerConfig = Field(
        "dockerConfig", .template,
        "The path of a config.json of docker's with credentials for further registries, from the world file's folder")
    private static let targets = Field(
        "targets", .list(of: TargetFormat.shape),
        "The environments it serves; default: the environment of the world's own name")

    private static let allowsTargetsFrom = Field(
        "allowTargetsFrom", .patterns(.applicationPattern),
        "Applications that may add it as a target of their own; * stands for any characters; default: none")

    static let world = Shape<WorldDocument>.mapping([
        worldName, description, labels, repositories, capabilities, trusted,
        entrypoints, parameters, gates, shared,
        registries, dockerConfig,
        targets,
        allowsTargetsFrom,
    ]) { reader in
        let written = reader[entrypoints]
        let able = reader[capabilities] ?? CapabilitiesFormat.Written()
        let entries = reader[repositories] ?? []
        var world = World(
            name: reader[worldName] ?? "", description: reader[description] ?? "", labels: reader[labels] ?? [:],
            capabilities: able.capabilities, resourceRepositories: entries.map(\.name),
            isTrusted: reader[trusted] ?? false, parameters: reader[parameters] ?? [:],
            entrypoints: written?.entrypoints ?? WorldEntrypoints(), gates: reader[gates] ?? [:],
            allowsTargetsFrom: reader[allowsTargetsFrom] ?? [], shared: reader[shared] ?? [:])
        world.remotes = entries.compactMap(\.remote)
        world.kubernetes = able.kubernetes?.settings
        checkTrust(world, reader)
        WorldEntrypointsFormat.check(reader.place(of: entrypoints), in: world)
        var texts = WorldTexts(certificate: written?.certificate)
        texts.kubernetes = able.kubernetes?.text
        texts.registries = reader[registries] ?? [:]
        texts.dockerConfig = reader[dockerConfig]
        if let path = texts.dockerConfig { reader.place(of: dockerConfig).check(path, in: CertificateFormat.scope) }
        return .world(world, targets: reader[targets] ?? [], texts: texts)
    }

    private static func checkTrust(_ world: World, _ reader: MappingReader) {
        guard !world.isTrusted else { return }
        let place = reader.place(of: capabilities)
        for entry in place.node.mapping ?? [] where Capability(rawValue: entry.key)?.needsTrust == true {
            place.fail(
                key: entry,
                "needs 'trusted: true' in this world, because it runs pushed code on this host, beside deployd")
        }
    }
}

/// An entry of a world's `targets:`.
private enum TargetFormat {
    private static let name = Field(
        "name", .name, "Unique on the server; default WORLD, or WORLD-ENVIRONMENT when the world serves several")
    private static let environment = Field("environment", .name, required: true, "The environment it serves")

    static let shape = Shape<WorldDocument.TargetDeclaration>.mapping([name, environment, WorldFormat.labels]) {
        reader in
        WorldDocument.TargetDeclaration(
            name: reader[name], environment: reader[environment] ?? "", labels: reader[WorldFormat.labels] ?? [:])
    }
}

/// An entry of `resourceRepositories:`.
private enum RepositoryEntryFormat {
    struct Entry: Sendable {
        let name: String
        var remote: RemoteRepository?
    }

    private static let git = Field(
        "git", .string(.repositoryURL).withoutReferences, required: true, "The URL of its git repository: https or ssh")
    private static let ref = Field(
        "ref", .string(.gitRef).withoutReferences, required: true,
        "What is read: a tag, a branch or a full commit; the commit it names is kept until the files are read again")

    private static let remote = Shape<Entry>.mapping([git, ref]) { reader in
        let (url, name) = (reader[git], reader[ref])
        guard let url, let ref = name else { return nil }
        let remote = RemoteRepository(url: url, ref: ref)
        return Entry(name: remote.description, remote: remote)
    }

    private static let named = Shape<Entry>(Shape<String>.name.schema) { place in
        if let text = place.node.scalar?.text, text.contains(":"), TextRule.repositoryURL.allows(text) {
            place.fail("'\(shortened(text))' is an address: write { git: ADDRESS, ref: REF }")
            return nil
        }
        return Shape<String>.name.read(place).map { Entry(name: $0) }
    }

    static let shape = Shape<Entry>.either(named, remote)
}

extension Shape where Value == String {
    /// A text that is taken as it is written, and says so.
    fileprivate var withoutReferences: Shape {
        Shape(schema) { place in
            guard place.node.scalar?.text.contains("${") != true else {
                place.fail("references are not built yet here")
                return nil
            }
            return read(place)
        }
    }
}

extension Shape where Value == JSONValue {
    /// A scalar or a list of them. `${env:…}` and `${file:…}` are refused: parameters are shown to everyone.
    fileprivate static let worldParameter = Shape(
        .either(scalar.schema, .list(of: scalar.schema))
    ) { place in
        guard place.node.sequence != nil else { return withoutReferences.read(place) }
        return Shape<[JSONValue]>.list(of: withoutReferences).read(place).map(JSONValue.array)
    }
}
