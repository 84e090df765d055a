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
    /// What has to be made before it, by the name that its texts have for it.
    public var requires: [String: Requirement]
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
        template: JSONValue, values: [String: Template] = [:], requires: [String: Requirement] = [:],
        outputs: [String: ResourceOutput] = [:],
        deletion: Deletion = .retain, lineage: [Ancestor] = []
    ) {
        self.slug = slug
        self.description = description
        self.capability = capability
        self.parameters = parameters
        self.template = template
        self.values = values
        self.requires = requires
        self.outputs = outputs
        self.deletion = deletion
        self.lineage = lineage
    }

    /// The parameters of the world that it refers to.
    public var worldParameters: Set<String> {
        var names: Set<String> = []
        func read(_ template: Template) {
            for case .reference(let reference) in template.parts {
                guard case .path(let path) = reference.target, path.count == 3, path[0] == "world" else { continue }
                if path[1] == "parameters" { names.insert(path[2]) }
            }
        }
        values.values.forEach(read)
        for case .text(let template) in outputs.values.lazy.map(\.source) { read(template) }
        for requirement in requires.values { requirement.templates.values.forEach(read) }
        return names
    }

    /// The outputs that are texts, each after those that it refers to.
    public var textOrder: [String] { texts.order }

    var texts: Walk {
        let texts = outputs.compactMapValues(\.text)
        return Walk(texts.keys.sorted()) { name in
            (texts[name]?.references ?? []).map(\.path).filter { $0.count == 2 && $0[0] == "outputs" }.map { $0[1] }
                .filter { texts[$0] != nil }
        }
    }

    /// The outputs whose texts hold a secret parameter or output.
    var secretTexts: Set<String> {
        var secret = Set(outputs.filter(\.value.isSecret).keys)
        for name in textOrder {
            let holdsSecret = (outputs[name]?.text?.references ?? []).map(\.path).contains { path in
                guard path.count == 2 else { return false }
                return path[0] == "outputs" ? secret.contains(path[1]) : parameters[path[1]]?.isSecret == true
            }
            if holdsSecret { secret.insert(name) }
        }
        return secret
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
    public var example: String { example(requiredAs: slug) }

    /// How a `deployd.yaml` requires it by the slug of which it is one.
    public func example(requiredAs slug: String) -> String {
        let given = parameters.filter(\.value.isRequired).keys.sorted().map { "\($0): …" }
        guard !given.isEmpty else { return "requires:\n  \(slug): \(slug)\n" }
        return "requires:\n  \(slug): { slug: \(slug), params: { \(given.joined(separator: ", ")) } }\n"
    }
}
