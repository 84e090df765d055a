import Core
import Formats

/// What an entry of a service's `requires:` names.
enum ServiceRequirement: Sendable {
    case slug(Requirement)
    /// Another application of the same environment.
    case application(String)
}

/// An entry of `requires:`.
enum RequirementFormat {
    static let slug = Field(
        "slug", .name, required: true, "What is required, by the name it is published under; or instead an application")
    static let params = Field(
        "params", .map(keys: .identifier, of: ParameterText.shape), "What is asked of it; each slug has its own")
    static let shared = UnbuiltField("shared", "An instance that the world declares for everyone")
    static let application = Field(
        "application", .name, required: true,
        "Another application in the same environment; instead of a slug. Its output is url")

    /// An override that names another of these replaces the whole entry.
    static let kinds = [slug.name, shared.declaration.name, application.name]

    /// One form for each kind.
    private static let schema = Schema.either(
        .mapping([slug.declaration, params.declaration, shared.declaration]), .mapping([application.declaration]))

    private static let anyKind = Shape<ServiceRequirement>.mapping([
        Field("slug", .name, ""), params, shared, Field("application", .name, ""),
    ]) { reader in read(reader) }

    private static let long = Shape<ServiceRequirement>(schema) { anyKind.read($0) }

    static let shape = Shape<ServiceRequirement>.either(
        Shape<String>.name.map { .slug(Requirement(slug: $0)) }, long)

    private static func read(_ reader: MappingReader) -> ServiceRequirement {
        let entries = reader.place.node.mapping ?? []
        let named = entries.filter { kinds.contains($0.key) }
        if named.isEmpty, kinds.allSatisfy(reader.lacks(named:)) {
            reader.place.fail("say what it is: one of \(kinds.joined(separator: ", "))")
        }
        for other in named.dropFirst() {
            reader.place.fail(
                key: other, "not beside '\(named[0].key)': an entry requires one thing; write another entry for this")
        }
        guard named.first?.key == application.name else {
            return .slug(Requirement(slug: reader[slug] ?? "", reader[params] ?? [:]))
        }
        for entry in entries where entry.key == params.name {
            reader.place.fail(key: entry, "not beside 'application': an application has no parameters")
        }
        return .application(reader[application] ?? "")
    }
}

extension [String: ServiceRequirement] {
    var slugs: [String: Requirement] {
        compactMapValues { if case .slug(let requirement) = $0 { requirement } else { nil } }
    }

    var applications: [String: String] {
        compactMapValues { if case .application(let name) = $0 { name } else { nil } }
    }
}
