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
        let outputs = outputs
        let definition = ResourceDefinition(
            slug: slug, description: content.description ?? "", capability: content.capability ?? .local,
            parameters: parameters, template: content.template ?? [:], values: content.values, outputs: outputs,
            deletion: content.deletion ?? .retain)
        DefinitionReferences(definition: definition, place: place).check()
        return definition
    }

    private var parameters: [String: ParameterDefinition] {
        let all = place[DefinitionFormat.parameters.name]
        return Dictionary(
            uniqueKeysWithValues: content.parameters.map { name, source in (name, source.definition(all[name])) })
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
