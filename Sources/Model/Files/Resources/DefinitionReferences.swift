import Formats

/// Checks what the texts of a resource definition refer to. Whether a world has the parameters that are named is found
/// when it is asked for the slug.
struct DefinitionReferences {
    let definition: ResourceDefinition
    let reader: MappingReader

    func check() {
        let known =
            ["application", "environment", "target", "world", "resource", "world.parameters.*"]
            + definition.parameters.keys.sorted().map { "params.\($0)" }
        let values = reader.place(of: DefinitionFormat.values)
        let scope = ReferenceScope(known)
        for entry in values.node.mapping ?? [] {
            if let template = definition.values[entry.key] { values.member(entry).check(template, in: scope) }
        }
        checkOutputs(known)
    }

    /// A text may refer to outputs of the template only, not to other texts: so there is no order to find and no cycle.
    private func checkOutputs(_ known: [String]) {
        let outputs = definition.outputs
        let fromTemplate = outputs.filter { if case .template = $0.value.source { true } else { false } }
        let scope = ReferenceScope(known + fromTemplate.keys.sorted().map { "outputs.\($0)" })
        let all = reader.place(of: DefinitionFormat.outputs)
        for entry in all.node.mapping ?? [] {
            guard case .text(let template)? = outputs[entry.key]?.source else { continue }
            let place = all.member(entry)[OutputFormat.value.name]
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
