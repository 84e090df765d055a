import Formats

/// A definition that was put together of its file and of those that it extends.
struct AssembledDefinition {
    let definition: ResourceDefinition
    let parts: DefinitionParts
}

/// What all files of a definition say of what the nearest may change in part, before what nobody says is filled in.
///
/// For parameters the definition itself has that.
struct DefinitionParts {
    let requires: [String: RequirementSource]
    let outputs: [String: OutputSource]

    init(_ source: DefinitionSource, over base: DefinitionParts?) {
        requires = DefinitionParts.merged(source.content.requires, base?.requires) { $0.over($1) }
        outputs = DefinitionParts.merged(source.content.outputs, base?.outputs) { $0.over($1) }
    }

    private static func merged<Part>(
        _ own: [String: Part], _ below: [String: Part]?, _ over: (Part, Part) -> Part
    ) -> [String: Part] {
        guard let below, !below.isEmpty else { return own }
        return own.isEmpty ? below : below.merging(own) { base, part in over(part, base) }
    }
}
