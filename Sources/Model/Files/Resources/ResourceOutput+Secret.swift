import Formats

extension ResourceOutput {
    /// Those of one definition that are secret, and those whose texts hold a secret parameter or output.
    static func secret(
        _ outputs: [String: ResourceOutput], _ parameters: [String: ParameterDefinition]
    ) -> Set<String> {
        var secret: Set<String> = []
        var texts: [(name: String, text: Template)] = []
        for (name, output) in outputs {
            if output.isSecret {
                secret.insert(name)
            } else if let text = output.text {
                texts.append((name, text))
            }
        }
        // One may refer to another, in any order; most to none.
        var isGrowing = true
        while isGrowing, !texts.isEmpty {
            isGrowing = false
            for (name, text) in texts where !secret.contains(name) && holdsSecret(text, secret, parameters) {
                secret.insert(name)
                isGrowing = true
            }
        }
        return secret
    }

    private static func holdsSecret(
        _ text: Template, _ secret: Set<String>, _ parameters: [String: ParameterDefinition]
    ) -> Bool {
        text.parts.contains { part in
            guard case .reference(let reference) = part, case .path(let path) = reference.target, path.count == 2
            else { return false }
            return path[0] == "outputs" ? secret.contains(path[1]) : parameters[path[1]]?.isSecret == true
        }
    }
}
