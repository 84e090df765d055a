public import Core
public import Formats

/// The kinds of file that people write.
public enum FileKind: String, Sendable, CaseIterable {
    /// `deployd.yaml`.
    case service
    /// A file of `worlds/`.
    case world
    /// A definition in a resource repository.
    case slug
    /// `repository.yaml` of a resource repository.
    case repository

    /// The form of one document.
    public var form: Schema {
        switch self {
        case .service: RootFile.shape.schema
        case .world: WorldFormat.schema
        case .slug: DefinitionFormat.shape.schema
        case .repository: RepositoryFormat.shape.schema
        }
    }

    /// The JSON Schema of one document, for editors.
    public var jsonSchema: JSONValue { form.document(title: "deployd \(rawValue)", summary: summary) }

    public var summary: String {
        switch self {
        case .service: "deployd.yaml: a service and what it requires"
        case .world: "A document of worlds/*.yaml: a world, an environment or a set of environments"
        case .slug: "resource-repos/REPOSITORY/SLUG.yaml: what a slug stands for"
        case .repository: "resource-repos/REPOSITORY/repository.yaml: a repository of resource definitions"
        }
    }

    /// What a file is, by its name or else by the keys of its first document; nil when neither says.
    public static func detect(_ bytes: [UInt8], file: String) -> FileKind? {
        switch file.split(separator: "/").last.map(String.init) {
        case ServiceFile.fileName: return .service
        case ResourceRepository.fileName: return .repository
        default: break
        }
        let documents = YAML.documents(bytes, diagnostics: Diagnostics(file: file)).filter { !$0.isNull }
        let keys = Set((documents.first?.mapping ?? []).map(\.key))
        if keys.contains("slug") { return .slug }
        if !keys.isDisjoint(with: WorldFormat.keys) { return .world }
        if keys.contains("service") || keys.contains("services") { return .service }
        return keys.contains("repository") ? .repository : nil
    }

    /// Everything that is wrong with a file of this kind taken alone.
    public func check(_ bytes: [UInt8], file: String) -> [Diagnostic] {
        switch self {
        case .service: RootFile.parse(bytes, file: file).diagnostics
        case .world: WorldFile.parse(bytes, file: file).diagnostics
        case .slug: DefinitionSource.parse(bytes, file: file).diagnostics
        case .repository: RepositorySource.parse(bytes, file: file).diagnostics
        }
    }
}
