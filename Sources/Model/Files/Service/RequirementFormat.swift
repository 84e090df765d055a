import Core
import Formats

/// What an entry of a service's `requires:` names.
enum ServiceRequirement: Sendable {
    case slug(Requirement)
    /// What the world declares for everyone under this name.
    case shared(String)
    /// Another application of the same environment.
    case application(String)
}

/// An entry of `requires:`.
enum RequirementFormat {
    static let slug = Field(
        "slug", .name, required: true,
        "What is required, by the name it is published under; or instead shared or application")
    static let params = Field(
        "params", .map(keys: .identifier, of: ParameterText.shape), "What is asked of it; each slug has its own")
    static let shared = Field(
        "shared", .name, required: true, "What the world declares for everyone under this name; instead of a slug")
    static let application = Field(
        "application", .name, required: true,
        "Another application in the same environment; instead of a slug. Its output is url")

    /// An override that names another of these replaces the whole entry.
    static let kinds = [slug.name, shared.name, application.name]

    /// One form for each kind.
    private static let schema = Schema.either(
        .either(.mapping([slug.declaration, params.declaration]), .mapping([shared.declaration])),
        .mapping([application.declaration]))

    private static let anyKind = Shape<ServiceRequirement>.mapping([
        Field("slug", .name, ""), params, Field("shared", .name, ""), Field("application", .name, ""),
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
        switch named.first?.key {
        case shared.name:
            refuseParameters(reader, "not beside 'shared': the world file gives its parameters, for everyone")
            return .shared(reader[shared] ?? "")
        case application.name:
            refuseParameters(reader, "not beside 'application': an application has no parameters")
            return .application(reader[application] ?? "")
        default: return .slug(Requirement(slug: reader[slug] ?? "", reader[params] ?? [:]))
        }
    }

    private static func refuseParameters(_ reader: MappingReader, _ message: String) {
        for entry in reader.place.node.mapping ?? [] where entry.key == params.name {
            reader.place.fail(key: entry, message)
        }
    }
}

extension [String: ServiceRequirement] {
    var slugs: [String: Requirement] {
        compactMapValues { if case .slug(let requirement) = $0 { requirement } else { nil } }
    }

    var shared: [String: String] {
        compactMapValues { if case .shared(let name) = $0 { name } else { nil } }
    }

    var applications: [String: String] {
        compactMapValues { if case .application(let name) = $0 { name } else { nil } }
    }
}
