import Core
import Formats

/// An entry of a world's `shared:`.
enum SharedFormat {
    static let slug = Field("slug", .name, required: true, "What it is, by the name it is published under")
    static let params = Field(
        "params", .map(keys: .identifier, of: value),
        "What is asked of it, for everyone who uses it; of a secret one it may be ${file:PATH} or ${env:NAME}")

    /// Where the file is read, nothing but the server's variables and files may be referred to.
    private static let value = Shape<ParameterText>(ParameterText.shape.schema) { place in
        let value = ParameterText.shape.read(place)
        if case .template(let text)? = value { place.check(text, in: CertificateFormat.scope) }
        return value
    }

    private static let long = Shape<Requirement>.mapping([slug, params]) { reader in
        Requirement(slug: reader[slug] ?? "", reader[params] ?? [:])
    }

    static let shape = Shape<Requirement>.either(Shape<String>.name.map { Requirement(slug: $0) }, long)
}
