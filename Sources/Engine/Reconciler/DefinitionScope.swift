import Core
import Formats
import Model

/// What a definition's texts may refer to. A text is secret if anything in it is.
struct DefinitionScope: Sendable {
    let world: World
    /// `application`, `environment` and the like, as far as whoever owns the resource has them.
    let values: [String: String]
    let requirement: ResolvedRequirement
    let parameters: [String: Resource.Output]
    /// The outputs of what it requires, by whole names.
    let made: [String: [String: Resource.Output]]

    func resolve(_ template: Template, outputs: [String: Resource.Output] = [:]) throws -> Resource.Output {
        var isSecret = false
        let text = try template.resolve { reference in
            let value = try value(of: reference, outputs: outputs)
            isSecret = isSecret || value.isSecret
            return value.reveal()
        }
        return isSecret ? .secret(Secret(text)) : .plain(text)
    }

    /// The definition's outputs: those of the template first, then each text after those that it refers to.
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
        for name in requirement.textOrder {
            guard case .text(let template, let isSecret)? = requirement.outputs[name] else { continue }
            let value = try resolve(template, outputs: values)
            values[name] = isSecret ? .secret(Secret(value.reveal())) : value
        }
        return values
    }

    private func value(of reference: Reference, outputs: [String: Resource.Output]) throws -> Resource.Output {
        let path = reference.path
        switch (path.first, path.count) {
        case ("params", 2): if let value = parameters[path[1]] { return value }
        case ("outputs", 2): if let value = outputs[path[1]] { return value }
        case ("requires", 3):
            if let name = requirement.requires[path[1]], let value = made[name]?[path[2]] { return value }
        case ("resource", 1): return .plain(requirement.name)
        case (let name?, 1): if let value = values[name] { return .plain(value) }
        case ("world", 3) where path[1] == "parameters":
            if let value = world.parameterText(path[2]) { return .plain(value) }
        default: break
        }
        throw DeploydError(.invalid, "the slug '\(requirement.slug)' refers to '${\(reference)}', which has no value")
    }
}
