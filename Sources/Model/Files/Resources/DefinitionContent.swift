import Core
import Formats

/// What one file says of a resource, or several that extend each other say together.
struct DefinitionContent: Sendable {
    var description: String?
    var capability: Capability?
    var parameters: [String: ParameterSource] = [:]
    var template: JSONValue?
    var values: [String: Template] = [:]
    var requires: [String: RequirementSource] = [:]
    var outputs: [String: OutputSource] = [:]
    var deletion: ResourceDefinition.Deletion?

    /// This, with what it leaves out taken from `base`: member by member, at every depth.
    func over(_ base: DefinitionContent) -> DefinitionContent {
        var merged = base
        if let description { merged.description = description }
        merged.template = mergedTemplate(over: base)
        if let capability { merged.capability = capability }
        for (name, parameter) in parameters {
            merged.parameters[name] = base.parameters[name].map(parameter.over) ?? parameter
        }
        for (name, value) in values { merged.values[name] = value }
        for (name, other) in requires { merged.requires[name] = base.requires[name].map(other.over) ?? other }
        for (name, output) in outputs { merged.outputs[name] = base.outputs[name].map(output.over) ?? output }
        if let deletion { merged.deletion = deletion }
        return merged
    }

    /// A template in another capability's language has nothing in common with the base's.
    private func mergedTemplate(over base: DefinitionContent) -> JSONValue? {
        guard let template, let below = base.template, capability == nil || capability == base.capability else {
            return template ?? base.template
        }
        return template.over(below)
    }
}

/// What one file says of a slug that its own needs.
struct RequirementSource: Sendable, Equatable {
    var slug: String?
    var parameters: [String: ParameterText] = [:]

    /// Another slug has other parameters.
    func over(_ base: RequirementSource) -> RequirementSource {
        guard slug == nil || slug == base.slug else { return self }
        return RequirementSource(slug: base.slug, parameters: base.parameters.merging(parameters) { $1 })
    }
}

/// What one file says of an output.
struct OutputSource: Sendable, Equatable {
    var source: ResourceOutput.Source?
    var isSecret: Bool?

    func over(_ base: OutputSource) -> OutputSource {
        OutputSource(source: source ?? base.source, isSecret: isSecret ?? base.isSecret)
    }
}

extension JSONValue {
    /// Mappings member by member, whatever else as a whole.
    fileprivate func over(_ base: JSONValue) -> JSONValue {
        guard case .object(let members) = self, case .object(let below) = base else { return self }
        return .object(below.merging(members) { base, member in member.over(base) })
    }
}
