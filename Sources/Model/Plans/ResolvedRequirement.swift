public import Core
public import Formats

/// Something that is required, by the service or by what it requires, matched with the definition that serves it.
public struct ResolvedRequirement: Sendable, Equatable {
    /// Where an output's value comes from.
    public enum Output: Sendable, Equatable {
        /// An output of the template.
        case template(String, isSecret: Bool)
        /// A text over `params`, `outputs` and what else a definition may refer to.
        case text(Template, isSecret: Bool)
    }

    /// A parameter whose value is known when other resources are there.
    public struct Deferred: Sendable, Equatable {
        /// Its references are all `requires.NAME.OUTPUT`; NAME is a requirement's whole name, with its dots.
        public let text: Template
        public let definition: ParameterDefinition

        public init(text: Template, definition: ParameterDefinition) {
            self.text = text
            self.definition = definition
        }
    }

    /// As in the service's file; of what another one requires its name and theirs, such as `users.network`.
    public let name: String
    public let slug: String
    /// The resource repository that the definition comes from.
    public let repository: String
    /// The commit of that repository; nil for a folder. It decides nothing.
    public let commit: String?
    public let capability: String
    /// Checked and defaulted. Neither secret nor deferred nor generated ones.
    public let parameters: [String: String]
    /// Those that are shown to nobody and that somebody gave.
    public let secrets: [String: Secret]
    public let deferred: [String: Deferred]
    /// Lengths of the passwords that are made up, once for each resource.
    public let generated: [String: Int]
    public let template: JSONValue
    public let values: [String: Template]
    /// Those of the world that its texts refer to.
    public let worldParameters: [String: String]
    /// Whole names of what it requires, by the names that its texts have for them.
    public let requires: [String: String]
    public let outputs: [String: Output]
    /// The outputs that are texts, each after those that it refers to; by name where nobody says.
    public let textOrder: [String]

    public init(
        name: String, slug: String, repository: String, commit: String? = nil, capability: String,
        parameters: [String: String],
        secrets: [String: Secret] = [:], deferred: [String: Deferred] = [:], generated: [String: Int] = [:],
        template: JSONValue, values: [String: Template], worldParameters: [String: String] = [:],
        requires: [String: String] = [:], outputs: [String: Output],
        textOrder: [String]? = nil
    ) {
        self.name = name
        self.slug = slug
        self.repository = repository
        self.commit = commit
        self.capability = capability
        self.parameters = parameters
        self.secrets = secrets
        self.deferred = deferred
        self.generated = generated
        self.template = template
        self.values = values
        self.worldParameters = worldParameters
        self.requires = requires
        self.outputs = outputs
        self.textOrder = textOrder ?? outputs.filter { if case .text = $0.value { true } else { false } }.keys.sorted()
    }

    init(
        name: String, _ offer: ResourceCatalogue.Offer, in world: World, commit: String?, parameters: [String: String],
        deferred: [String: Deferred], requires: [String: String]
    ) {
        let definition = offer.definition
        let isSecret = { (name: String) in definition.parameters[name]?.isSecret == true }
        self.init(
            name: name, slug: definition.slug, repository: offer.definitionRepository, commit: commit,
            capability: definition.capability.rawValue, parameters: parameters.filter { !isSecret($0.key) },
            secrets: parameters.filter { isSecret($0.key) }.mapValues { Secret($0) }, deferred: deferred,
            generated: definition.parameters.compactMapValues(\.generatedLength), template: definition.template,
            values: definition.values,
            worldParameters: Dictionary(
                definition.worldParameters.compactMap { name in world.parameterText(name).map { (name, $0) } },
                uniquingKeysWith: { first, _ in first }),
            requires: requires,
            outputs: definition.outputs.mapValues { output in
                switch output.source {
                case .template(let source): .template(source, isSecret: output.isSecret)
                case .text(let template): .text(template, isSecret: output.isSecret)
                }
            },
            textOrder: definition.textOrder)
    }

    /// The parameters, but for those that are generated.
    /// - Parameter made: the outputs of what it requires and refers to, by whole names.
    /// - Throws: `.invalid` for a value that is not there or that its definition does not allow.
    public func parameters(
        over made: [String: [String: Resource.Output]]
    ) throws(DeploydError) -> [String: Resource.Output] {
        var all = parameters.mapValues(Resource.Output.plain)
        for (name, secret) in secrets { all[name] = .secret(secret) }
        for (parameter, deferred) in deferred {
            var holdsSecret = deferred.definition.isSecret
            let subject = "requires.\(name).params.\(parameter)"
            var missing: Reference?
            let text = deferred.text.resolve { reference in
                guard reference.path.count == 3, let output = made[reference.path[1]]?[reference.path[2]] else {
                    missing = reference
                    return ""
                }
                holdsSecret = holdsSecret || output.isSecret
                return output.reveal()
            }
            if let missing { throw DeploydError(.invalid, "\(subject): '${\(missing)}' has no value") }
            switch deferred.definition.text(ofText: text) {
            case .text(let text): all[parameter] = holdsSecret ? .secret(Secret(text)) : .plain(text)
            case .problem(let problem):
                throw DeploydError(.invalid, "\(subject): " + (holdsSecret ? "its secret value is refused" : problem))
            }
        }
        return all
    }
}
