import Formats

/// Checks what the texts of a resource definition refer to. Whether a world has the parameters that are named is found
/// when it is asked for the slug.
struct DefinitionReferences {
    let definition: ResourceDefinition
    /// The root of its file; a text that it inherits is not there, and errors about it point to the mapping around it.
    let place: Place

    func check() {
        let known =
            ["application", "environment", "target", "world", "resource", "world.parameters.*"]
            + definition.parameters.keys.sorted().map { "params.\($0)" }
        let values = place[DefinitionFormat.values.name]
        let scope = ReferenceScope(known)
        for (name, template) in definition.values.sorted(by: { $0.key < $1.key }) {
            values[name].check(template, in: scope)
        }
        checkOutputs(known)
    }

    /// A text may refer to outputs of the template only, not to other texts: so there is no order to find and no cycle.
    private func checkOutputs(_ known: [String]) {
        let outputs = definition.outputs
        let fromTemplate = outputs.filter { if case .template = $0.value.source { true } else { false } }
        let scope = ReferenceScope(known + fromTemplate.keys.sorted().map { "outputs.\($0)" })
        let all = place[DefinitionFormat.outputs.name]
        for (name, output) in outputs.sorted(by: { $0.key < $1.key }) {
            guard case .text(let template) = output.source else { continue }
            let place = all[name][OutputFormat.value.name]
            for reference in template.references {
                guard !place.diagnostics.isFull else { return }
                guard let problem = scope.problem(with: reference) else { continue }
                let path = reference.path
                let isText = path.count == 2 && path[0] == "outputs" && outputs[path[1]] != nil
                place.fail(
                    isText ? "'${\(reference)}' is a text itself; refer to outputs that have 'from'" : problem,
                    offset: reference.offset)
            }
        }
    }
}
