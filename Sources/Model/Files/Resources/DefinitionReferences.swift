import Formats

/// Checks what the texts of a resource definition refer to. Whether a world has the parameters that are named is found
/// when it is asked for the slug; which outputs the required slugs have, when all repositories are known.
struct DefinitionReferences {
    let definition: ResourceDefinition
    /// A text that it inherits is not in its own file, and errors about it point to the mapping around it.
    let source: DefinitionSource
    let diagnostics: Diagnostics

    private static let scalars: Set<String> = ["application", "environment", "target", "world", "resource"]
    private static let always = ["application", "environment", "target", "world", "resource", "world.parameters.*"]

    func check() {
        guard !isPlainlyRight else { return }
        let place = source.place(diagnostics)
        let parameters = definition.parameters.keys.sorted().map { "params.\($0)" }
        let names = definition.requires.keys.sorted()
        let known = DefinitionReferences.always + parameters + names.map { "requires.\($0).*" }
        let values = place[DefinitionFormat.values.name]
        let scope = ReferenceScope(known)
        for (name, template) in definition.values.sorted(by: { $0.key < $1.key }) {
            values[name].check(template, in: scope)
        }
        checkOutputs(
            place[DefinitionFormat.outputs.name],
            ReferenceScope(known + definition.outputs.keys.sorted().map { "outputs.\($0)" }))
        checkRequires(place[DefinitionFormat.requires.name], known)
    }

    /// Whether every reference names something and no output or requirement needs others of its kind, as it nearly always
    /// is. To say what is wrong takes a hundred times as long.
    private var isPlainlyRight: Bool {
        definition.values.values.allSatisfy { isKnown($0, outputs: false) }
            && definition.outputs.values.allSatisfy { output in
                guard case .text(let text) = output.source else { return true }
                return isKnown(text, outputs: true)
            } && definition.requires.values.allSatisfy(\.templates.isEmpty)
    }

    private func isKnown(_ template: Template, outputs: Bool) -> Bool {
        template.parts.allSatisfy { part in
            guard case .reference(let reference) = part, case .path(let path) = reference.target else {
                if case .literal = part { return true }
                return false
            }
            switch path.count {
            case 1: return DefinitionReferences.scalars.contains(path[0])
            case 2 where path[0] == "params": return definition.parameters[path[1]] != nil
            case 2 where path[0] == "outputs" && outputs:
                // A text may lead back; what comes from the template does not.
                if case .template? = definition.outputs[path[1]]?.source { return true }
                return false
            case 3: return path[0] == "requires" ? definition.requires[path[1]] != nil : isWorldParameter(path)
            default: return false
            }
        }
    }

    private func isWorldParameter(_ path: [String]) -> Bool { path[0] == "world" && path[1] == "parameters" }

    private func checkOutputs(_ all: Place, _ scope: ReferenceScope) {
        for (name, output) in definition.outputs.sorted(by: { $0.key < $1.key }) {
            if let text = output.text { all[name][OutputFormat.value.name].check(text, in: scope) }
        }
        for names in definition.texts.cycles where !all.diagnostics.isFull {
            let cycle = Cycle(names) { name, _ in line(all[name][OutputFormat.value.name]) }
            all[cycle.first][OutputFormat.value.name].fail("an output cannot refer to itself: \(cycle)")
        }
    }

    private func checkRequires(_ all: Place, _ known: [String]) {
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
        for names in Requirement.walk(definition.requires).cycles where !all.diagnostics.isFull {
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
