public import Core
public import Formats

/// What a service, or a resource that it requires, needs of a world: a slug, and what it asks of it.
public struct Requirement: Sendable, Equatable {
    public let slug: String
    /// Strings, whole numbers and booleans, as written; checked against the slug's definition when planning.
    public let parameters: [String: JSONValue]
    /// Further parameters whose texts refer to something.
    public let templates: [String: Template]
    /// Further parameters, of what a world shares: what `${env:NAME}` and `${file:PATH}` gave.
    public let secrets: [String: Secret]

    public init(
        slug: String, parameters: [String: JSONValue] = [:], templates: [String: Template] = [:],
        secrets: [String: Secret] = [:]
    ) {
        self.slug = slug
        self.parameters = parameters
        self.templates = templates
        self.secrets = secrets
    }

    init(slug: String, _ parameters: [String: ParameterText]) {
        self.init(
            slug: slug,
            parameters: parameters.compactMapValues { if case .literal(let value) = $0 { value } else { nil } },
            templates: parameters.compactMapValues { if case .template(let text) = $0 { text } else { nil } })
    }

    /// The other requirements that its parameters refer to.
    var siblings: [String] {
        let paths = templates.sorted { $0.key < $1.key }.flatMap(\.value.references).map(\.path)
        return paths.filter { $0.count == 3 && $0[0] == "requires" }.map { $0[1] }
    }

    static func walk(_ requirements: [String: Requirement]) -> Walk {
        Walk(requirements.keys.sorted()) { name in
            (requirements[name]?.siblings ?? []).filter { requirements[$0] != nil }
        }
    }
}

/// A parameter as it is written.
enum ParameterText: Sendable, Equatable {
    case literal(JSONValue)
    case template(Template)

    /// A scalar; in a text `${}` is replaced.
    static let shape = Shape<ParameterText>(Shape<JSONValue>.scalar.schema) { place in
        guard let value = Shape<JSONValue>.scalar.read(place) else { return nil }
        guard let text = value.string else { return .literal(value) }
        let (template, errors) = Template.parse(text)
        for error in errors { place.fail(error.message, offset: error.offset) }
        return template.literal.map { .literal(.string($0)) } ?? .template(template)
    }
}
