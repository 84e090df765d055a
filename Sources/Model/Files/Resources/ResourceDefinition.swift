public import Core
public import Formats

/// What a slug stands for: parameters, a template in the language of a capability, and outputs.
///
/// A class: there are thousands, which are handed around, and share what they take from each other.
public final class ResourceDefinition: Sendable, Equatable {
    /// What becomes of it when nothing requires it any more.
    public enum Deletion: String, Sendable, CaseIterable { case retain, delete }

    /// A definition that another one extends.
    public struct Ancestor: Sendable, Hashable {
        public let slug: String
        public let repository: String

        public init(slug: String, repository: String) {
            self.slug = slug
            self.repository = repository
        }
    }

    public let slug: String
    public let description: String
    public let capability: Capability
    public let parameters: [String: ParameterDefinition]
    public let template: JSONValue
    /// What the template is given, by the names it has for them.
    public let values: [String: Template]
    /// What has to be made before it, by the name that its texts have for it.
    public let requires: [String: Requirement]
    public let outputs: [String: ResourceOutput]
    public let deletion: Deletion
    /// The definitions that it extends, nearest first.
    public let lineage: [Ancestor]

    public init(
        slug: String, description: String = "", capability: Capability, parameters: [String: ParameterDefinition] = [:],
        template: JSONValue, values: [String: Template] = [:], requires: [String: Requirement] = [:],
        outputs: [String: ResourceOutput] = [:], deletion: Deletion = .retain, lineage: [Ancestor] = []
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

    public static func == (one: ResourceDefinition, other: ResourceDefinition) -> Bool {
        one === other
            || one.slug == other.slug && one.description == other.description && one.capability == other.capability
                && one.deletion == other.deletion && one.lineage == other.lineage && one.template == other.template
                && one.parameters == other.parameters && one.values == other.values
                && one.requires == other.requires && one.outputs == other.outputs
    }
}

extension ResourceDefinition {
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

    /// The outputs that are secret, and those whose texts hold a secret parameter or output.
    var secretOutputs: Set<String> { ResourceOutput.secret(outputs, parameters) }

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
