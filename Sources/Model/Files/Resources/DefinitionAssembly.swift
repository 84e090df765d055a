import Core
import Formats

/// Makes a definition of all that a file and those it extends say together.
struct DefinitionAssembly {
    let slug: String
    let content: DefinitionContent
    /// The root of the nearest file, where errors are reported. Places in it are only looked for when something is wrong:
    /// that took most of the time of resolving.
    let place: Place
    /// What it extends. Whatever the nearest file says nothing of is as there, and right.
    var base: ResourceDefinition?
    /// What the nearest file says.
    var written = DefinitionContent()

    /// What is wrong is reported, and what can be made is.
    func definition() -> ResourceDefinition {
        var definition = ResourceDefinition(
            slug: slug, description: content.description ?? "", capability: content.capability ?? .local,
            parameters: parameters, template: content.template ?? [:], values: content.values,
            requires: requires, outputs: outputs, deletion: content.deletion ?? .retain)
        guard base == nil || hasOtherTexts else { return definition }
        DefinitionReferences(definition: definition, place: place).check()
        for name in definition.secretTexts where definition.outputs[name]?.isSecret == false {
            definition.outputs[name]?.isSecret = true
        }
        return definition
    }

    /// Whether texts, or what they may not refer to, can be others than in what it extends.
    private var hasOtherTexts: Bool {
        !written.values.isEmpty || !written.outputs.isEmpty || !written.requires.isEmpty
            || written.parameters.values.contains { $0.isSecret != nil || $0.generate != nil }
    }

    private var parameters: [String: ParameterDefinition] {
        guard var parameters = base?.parameters else { return content.parameters.reduce(into: [:], define) }
        for name in written.parameters.keys {
            if let source = content.parameters[name] { define(&parameters, (name, source)) }
        }
        return parameters
    }

    private func define(
        _ parameters: inout [String: ParameterDefinition], _ parameter: (key: String, value: ParameterSource)
    ) {
        parameters[parameter.key] = parameter.value.definition {
            place[DefinitionFormat.parameters.name][parameter.key]
        }
    }

    private var requires: [String: Requirement] {
        var requires: [String: Requirement] = [:]
        for (name, source) in content.requires {
            if source.slug == nil {
                place[DefinitionFormat.requires.name][name].fail("missing: write which slug it is")
            }
            requires[name] = Requirement(slug: source.slug ?? "", source.parameters)
        }
        return requires
    }

    private var outputs: [String: ResourceOutput] {
        if let base, written.outputs.isEmpty { return base.outputs }
        var outputs: [String: ResourceOutput] = [:]
        for (name, output) in content.outputs {
            guard let source = output.source else {
                let hint = base.map { NearestName.hint(name, in: $0.outputs.keys.sorted()) } ?? ""
                place[DefinitionFormat.outputs.name][name].fail(OutputFormat.eitherOr + hint)
                continue
            }
            outputs[name] = ResourceOutput(source, isSecret: output.isSecret ?? false)
        }
        return outputs
    }
}
