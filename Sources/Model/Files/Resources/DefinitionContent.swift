import Core
import Formats

/// What one file says of a resource.
struct DefinitionContent: Sendable {
    var description: String?
    var capability: Capability?
    var parameters: [String: ParameterSource] = [:]
    /// Of one in a file, as `TemplateFormat.file` makes it.
    var template: JSONValue?
    /// The file beside this one that it is in.
    var templateFile: String?
    var values: [String: Template] = [:]
    var requires: [String: RequirementSource] = [:]
    var outputs: [String: OutputSource] = [:]
    var deletion: ResourceDefinition.Deletion?
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
    func over(_ base: JSONValue) -> JSONValue {
        guard case .object(let members) = self, case .object(let below) = base else { return self }
        return .object(below.merging(members) { base, member in member.over(base) })
    }
}
