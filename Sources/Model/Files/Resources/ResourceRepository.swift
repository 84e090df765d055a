public import Formats

/// A folder of resource definitions under a name.
public struct ResourceRepository: Sendable, Equatable {
    /// The file that gives a repository its name and description.
    public static let fileName = "repository.yaml"

    public var name: String
    public var description: String
    /// By slug.
    public var definitions: [String: ResourceDefinition]

    public init(name: String, description: String = "", definitions: [ResourceDefinition] = []) {
        self.name = name
        self.description = description
        self.definitions = Dictionary(definitions.map { ($0.slug, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Reads `repository.yaml` alone.
    /// - Returns: a repository without definitions.
    public static func parse(_ bytes: [UInt8], file: String) -> Parsed<ResourceRepository> {
        RepositoryFormat.shape.parse(bytes, file: file, hint: "a repository needs 'repository: NAME'")
    }

    /// Reads a repository.
    /// - Parameters:
    ///   - folder: its folder as errors name it, such as `resource-repos/acme`; the last part is its name.
    ///   - files: the folder's `*.yaml`, by file name.
    public static func parse(folder: String, files: [String: [UInt8]]) -> Parsed<ResourceRepository> {
        var reader = RepositoryReader(folder: folder, files: files)
        return reader.read()
    }
}

/// `repository.yaml`.
enum RepositoryFormat {
    static let name = Field("repository", .name, required: true, "The repository's name, which is also its folder's")
    private static let description = Field("description", .string, "One sentence for people")

    static let shape = Shape<ResourceRepository>.mapping([
        name, description, UnbuiltField("inherits", "Repositories whose slugs are also this one's"),
    ]) { ResourceRepository(name: $0[name] ?? "", description: $0[description] ?? "") }
}
