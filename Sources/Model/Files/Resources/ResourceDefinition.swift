public import Core
public import Formats

/// What a slug stands for: parameters, a template in the language of a capability, and outputs.
public struct ResourceDefinition: Sendable, Equatable {
    /// What becomes of it when nothing requires it any more.
    public enum Deletion: String, Sendable, CaseIterable { case retain, delete }

    public var slug: String
    public var description: String
    public var capability: Capability
    public var parameters: [String: ParameterDefinition]
    public var template: JSONValue
    /// What the template is given, by the names it has for them.
    public var values: [String: Template]
    public var outputs: [String: ResourceOutput]
    public var deletion: Deletion
    /// The definitions that it extends, nearest first.
    public var lineage: [Ancestor]

    /// A definition that another one extends.
    public struct Ancestor: Sendable, Hashable {
        public let slug: String
        public let repository: String

        public init(slug: String, repository: String) {
            self.slug = slug
            self.repository = repository
        }
    }

    public init(
        slug: String, description: String = "", capability: Capability, parameters: [String: ParameterDefinition] = [:],
        template: JSONValue, values: [String: Template] = [:], outputs: [String: ResourceOutput] = [:],
        deletion: Deletion = .retain, lineage: [Ancestor] = []
    ) {
        self.slug = slug
        self.description = description
        self.capability = capability
        self.parameters = parameters
        self.template = template
        self.values = values
        self.outputs = outputs
        self.deletion = deletion
        self.lineage = lineage
    }

    /// The parameters of the world that it refers to.
    public var worldParameters: Set<String> {
        let texts = outputs.values.compactMap { if case .text(let template) = $0.source { template } else { nil } }
        let paths = (values.values + texts).flatMap(\.references).map(\.path)
        return Set(paths.filter { $0.starts(with: ["world", "parameters"]) && $0.count == 3 }.map { $0[2] })
    }

    /// The parameters that a developer may give, as JSON Schema (draft 2020-12).
    public var parametersSchema: JSONValue {
        let required = parameters.filter(\.value.isRequired).keys.sorted()
        var members: [String: JSONValue] = [
            "type": "object", "additionalProperties": false,
            "properties": .object(parameters.filter(\.value.isDeveloper).mapValues(\.schema)),
        ]
        if !required.isEmpty { members["required"] = .array(required.map(JSONValue.string)) }
        return .object(members)
    }

    /// How a `deployd.yaml` requires it.
    public var example: String {
        let given = parameters.filter(\.value.isRequired).keys.sorted().map { "\($0): …" }
        guard !given.isEmpty else { return "requires:\n  \(slug): \(slug)\n" }
        return "requires:\n  \(slug): { slug: \(slug), params: { \(given.joined(separator: ", ")) } }\n"
    }
}
