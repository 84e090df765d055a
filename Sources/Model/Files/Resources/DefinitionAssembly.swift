import Core
import Formats

/// Makes a definition of all that a file and those it extends say together.
struct DefinitionAssembly {
    let slug: String
    let content: DefinitionContent
    /// The root of the nearest file, where errors are reported.
    let place: Place

    /// What is wrong is reported, and what can be made is.
    func definition() -> ResourceDefinition {
        var definition = ResourceDefinition(
            slug: slug, description: content.description ?? "", capability: content.capability ?? .local,
            parameters: parameters, template: content.template ?? [:], values: content.values,
            requires: requires, outputs: outputs, deletion: content.deletion ?? .retain)
        DefinitionReferences(definition: definition, place: place).check()
        for name in definition.secretTexts { definition.outputs[name]?.isSecret = true }
        return definition
    }

    private var parameters: [String: ParameterDefinition] {
        let all = place[DefinitionFormat.parameters.name]
        return Dictionary(
            uniqueKeysWithValues: content.parameters.map { name, source in (name, source.definition(all[name])) })
    }

    private var requires: [String: Requirement] {
        let all = place[DefinitionFormat.requires.name]
        var requires: [String: Requirement] = [:]
        for (name, source) in content.requires {
            if source.slug == nil { all[name].fail("missing: write which slug it is") }
            requires[name] = Requirement(slug: source.slug ?? "", source.parameters)
        }
        return requires
    }

    private var outputs: [String: ResourceOutput] {
        let all = place[DefinitionFormat.outputs.name]
        var outputs: [String: ResourceOutput] = [:]
        for (name, output) in content.outputs {
            guard let source = output.source else {
                all[name].fail(OutputFormat.eitherOr)
                continue
            }
            outputs[name] = ResourceOutput(source, isSecret: output.isSecret ?? false)
        }
        return outputs
    }
}
