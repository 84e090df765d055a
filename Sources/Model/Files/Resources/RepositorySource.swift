public import Formats

/// The folder of a resource repository as it is written.
///
/// A class: whoever looks something up in it among others does not copy it.
public final class RepositorySource: Sendable {
    public let name: String
    public let description: String
    /// The repositories whose slugs are also this one's, nearest first.
    public let inherits: [String]
    /// By slug.
    public let definitions: [String: DefinitionSource]
    /// By slug, so that errors are found in the same order each time.
    let sorted: [DefinitionSource]
    /// nil for a folder.
    public let origin: RepositoryOrigin?
    /// `repository.yaml`.
    let document: SourceDocument

    init(
        name: String, description: String, inherits: [String], definitions: [String: DefinitionSource],
        origin: RepositoryOrigin?, document: SourceDocument
    ) {
        self.name = name
        self.description = description
        self.inherits = inherits
        self.definitions = definitions
        sorted = definitions.values.sorted { $0.slug < $1.slug }
        self.origin = origin
        self.document = document
    }

    /// Reads `repository.yaml` alone.
    /// - Returns: a repository without definitions.
    public static func parse(_ bytes: [UInt8], file: String) -> Parsed<RepositorySource> {
        RepositoryFormat.shape.parse(bytes, file: file, hint: "a repository needs 'repository: NAME'")
    }

    /// Reads a repository and checks it as far as it can be alone.
    /// - Parameters:
    ///   - folder: its folder as errors name it, such as `resource-repos/acme`; the last part is its name.
    ///   - files: the folder's `*.yaml`, by file name.
    public static func parse(folder: String, files: [String: [UInt8]]) -> Parsed<RepositorySource> {
        var reader = RepositoryReader(folder: folder, files: files)
        return reader.read()
    }

    /// Reads a repository that has its name from `repository.yaml` alone. Errors name its files as `URL@REF/FILE`.
    /// - Parameter files: the `*.yaml` at the root of the commit, by file name.
    public static func parse(origin: RepositoryOrigin, files: [String: [UInt8]]) -> Parsed<RepositorySource> {
        var reader = RepositoryReader(folder: origin.remote.description, files: files, origin: origin)
        return reader.read()
    }

    /// `resource-repos/acme/repository.yaml:3`, where it says that it inherits the repository of that index.
    func line(inherited index: Int) -> String { document.line(of: RepositoryFormat.path(inherited: index)) }

    func problem(inherited index: Int, _ message: String) -> Diagnostic {
        document.diagnostic(RepositoryFormat.path(inherited: index), message)
    }
}

/// `repository.yaml`.
enum RepositoryFormat {
    static let name = Field(
        "repository", .name, required: true, "The repository's name, which is also its folder's if it is in one")
    private static let description = Field("description", .string, "One sentence for people")
    private static let inherits = Field(
        "inherits", .distinctNames(),
        "Repositories whose slugs are also this one's, nearest first; its own come before theirs")

    static let shape = Shape<RepositorySource>.mapping([name, description, inherits]) { reader in
        RepositorySource(
            name: reader[name] ?? "", description: reader[description] ?? "", inherits: reader[inherits] ?? [],
            definitions: [:], origin: nil,
            document: SourceDocument(file: reader.place.diagnostics.file, root: reader.place.node))
    }

    static func path(inherited index: Int) -> DocumentPath { DocumentPath(inherits.name).appending(index) }
}
