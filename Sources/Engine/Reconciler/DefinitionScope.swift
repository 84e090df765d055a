import Core
import Formats
import Model

/// What a definition's texts may refer to.
struct DefinitionScope: Sendable {
    let prepared: PreparedDeployment
    let requirement: ResolvedRequirement

    func resolve(_ template: Template, outputs: [String: String] = [:]) throws -> String {
        try template.resolve { try value(of: $0, outputs: outputs) }
    }

    /// The definition's outputs: those of the template first, as texts may refer to them.
    func outputs(from made: [String: Resource.Output]) throws -> [String: Resource.Output] {
        var values: [String: Resource.Output] = [:]
        for case (let name, .template(let source, let isSecret)) in requirement.outputs {
            guard let output = made[source] else {
                throw DeploydError(
                    .invalid,
                    "the slug '\(requirement.slug)' takes its output '\(name)' from '\(source)', which its template "
                        + "does not give; it gives \(made.keys.sorted().joined(separator: ", "))")
            }
            values[name] = isSecret ? .secret(Secret(output.reveal())) : output
        }
        let known = values.mapValues { $0.reveal() }
        for case (let name, .text(let template, let isSecret)) in requirement.outputs {
            let text = try resolve(template, outputs: known)
            let holdsSecret = template.references.contains { reference in
                reference.path.first == "outputs" && values[reference.path.last ?? ""]?.isSecret == true
            }
            values[name] = isSecret || holdsSecret ? .secret(Secret(text)) : .plain(text)
        }
        return values
    }

    private func value(of reference: Reference, outputs: [String: String]) throws -> String {
        let path = reference.path
        switch (path.first, path.count) {
        case ("params", 2): if let value = requirement.parameters[path[1]] { return value }
        case ("outputs", 2): if let value = outputs[path[1]] { return value }
        case ("application", 1): return prepared.release.application
        case ("environment", 1): return prepared.instance.environment
        case ("target", 1): return prepared.instance.id.target
        case ("world", 1): return prepared.deployment.world
        case ("resource", 1): return requirement.name
        case ("world", 3) where path[1] == "parameters":
            if let value = prepared.world.parameterText(path[2]) { return value }
        default: break
        }
        throw DeploydError(.invalid, "the slug '\(requirement.slug)' refers to '${\(reference)}', which has no value")
    }
}
