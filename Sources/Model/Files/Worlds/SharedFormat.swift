import Core
import Formats

/// An entry of a world's `shared:`.
enum SharedFormat {
    static let slug = Field("slug", .name, required: true, "What it is, by the name it is published under")
    static let params = Field(
        "params", .map(keys: .identifier, of: .withoutReferences), "What is asked of it, for everyone who uses it")

    private static let long = Shape<Requirement>.mapping([slug, params]) { reader in
        Requirement(slug: reader[slug] ?? "", parameters: reader[params] ?? [:])
    }

    static let shape = Shape<Requirement>.either(Shape<String>.name.map { Requirement(slug: $0) }, long)
}
