public import Core
public import Formats

/// One entry of `requires`, matched with the definition that serves it in a world.
public struct ResolvedRequirement: Sendable, Equatable {
    /// Where an output's value comes from.
    public enum Output: Sendable, Equatable {
        /// An output of the template.
        case template(String, isSecret: Bool)
        /// A text over `params`, `outputs` and what else a definition may refer to.
        case text(Template, isSecret: Bool)
    }

    public let name: String
    public let slug: String
    /// The resource repository that the definition comes from.
    public let repository: String
    public let capability: String
    /// Checked and defaulted.
    public let parameters: [String: String]
    public let template: JSONValue
    public let values: [String: Template]
    public let outputs: [String: Output]

    public init(
        name: String, slug: String, repository: String, capability: String, parameters: [String: String],
        template: JSONValue, values: [String: Template], outputs: [String: Output]
    ) {
        self.name = name
        self.slug = slug
        self.repository = repository
        self.capability = capability
        self.parameters = parameters
        self.template = template
        self.values = values
        self.outputs = outputs
    }
}
