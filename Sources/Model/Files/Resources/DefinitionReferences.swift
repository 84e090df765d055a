import Formats

/// Checks what the texts of a resource definition refer to. Whether a world has the parameters that are named is found
/// when it is asked for the slug; which outputs the required slugs have, when all repositories are known.
struct DefinitionReferences {
    let definition: ResourceDefinition
    /// The root of its file; a text that it inherits is not there, and errors about it point to the mapping around it.
    let place: Place

    private static let always = ["application", "environment", "target", "world", "resource", "world.parameters.*"]

    func check() {
        let parameters = definition.parameters.keys.sorted().map { "params.\($0)" }
        let names = definition.requires.keys.sorted()
        let known = DefinitionReferences.always + parameters + names.map { "requires.\($0).*" }
        let values = place[DefinitionFormat.values.name]
        let scope = ReferenceScope(known)
        for (name, template) in definition.values.sorted(by: { $0.key < $1.key }) {
            values[name].check(template, in: scope)
        }
        checkOutputs(ReferenceScope(known + definition.outputs.keys.sorted().map { "outputs.\($0)" }))
        checkRequires(known)
    }

    private func checkOutputs(_ scope: ReferenceScope) {
        let all = place[DefinitionFormat.outputs.name]
        for (name, output) in definition.outputs.sorted(by: { $0.key < $1.key }) {
            if let text = output.text { all[name][OutputFormat.value.name].check(text, in: scope) }
        }
        for names in definition.texts.cycles {
            let cycle = Cycle(names) { name, _ in line(all[name][OutputFormat.value.name]) }
            all[cycle.first][OutputFormat.value.name].fail("an output cannot refer to itself: \(cycle)")
        }
    }

    private func checkRequires(_ known: [String]) {
        let all = place[DefinitionFormat.requires.name]
        let scope = ReferenceScope(known)
        for (name, requirement) in definition.requires.sorted(by: { $0.key < $1.key }) {
            let params = all[name][RequirementFormat.params.name]
            for (parameter, template) in requirement.templates.sorted(by: { $0.key < $1.key }) {
                params[parameter].check(template, in: scope)
                for reference in template.references where isSecret(reference) {
                    params[parameter].fail(
                        "'${\(reference)}' is secret and cannot be passed on; let '\(name)' make it, and give it as "
                            + "an output", offset: reference.offset)
                }
            }
        }
        for names in Requirement.walk(definition.requires).cycles {
            let cycle = Cycle(names) { name, _ in line(all[name]) }
            all[cycle.first].fail("cannot need itself: \(cycle)")
        }
    }

    private func isSecret(_ reference: Reference) -> Bool {
        let path = reference.path
        return path.count == 2 && path[0] == "params" && definition.parameters[path[1]]?.isSecret == true
    }

    private func line(_ place: Place) -> String { "\(place.diagnostics.file):\(place.position.line)" }
}
