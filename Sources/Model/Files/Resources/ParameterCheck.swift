import Core
import Formats

/// Checks what is asked of a definition against its parameters, and fills in the defaults.
struct ParameterCheck {
    struct Problem {
        let parameter: String
        let message: String

        var text: String { "\(parameter): \(message)" }
    }

    let definition: ResourceDefinition
    /// A developer may not set everything that another definition may.
    let isDeveloper: Bool
    /// As text, what is not generated.
    private(set) var parameters: [String: String] = [:]
    private(set) var problems: [Problem] = []

    init(definition: ResourceDefinition, isDeveloper: Bool) {
        self.definition = definition
        self.isDeveloper = isDeveloper
    }

    mutating func read(_ requirement: Requirement) {
        let (given, secrets) = (requirement.parameters, requirement.secrets)
        // Their values come later.
        let templates = Set(requirement.templates.keys)
        parameters = definition.parameters.filter { !templates.contains($0.key) }.compactMapValues(\.defaultValue)
        for name in templates.union(given.keys).union(secrets.keys).sorted() {
            guard let parameter = settable(name) else { continue }
            switch given[name].map(parameter.text) ?? secrets[name].map({ parameter.text(ofText: $0.reveal()) }) {
            case .text(let text): parameters[name] = text
            case .problem(let problem): report(name, problem)
            case nil: break
            }
        }
        for (name, parameter) in definition.parameters.sorted(by: { $0.key < $1.key })
        where parameter.isRequired && given[name] == nil && secrets[name] == nil && !templates.contains(name) {
            report(name, "the slug '\(definition.slug)' needs it")
        }
    }

    private mutating func settable(_ name: String) -> ParameterDefinition? {
        guard let parameter = definition.parameters[name] else {
            let known = definition.parameters.filter { isSettable($0.value) }.keys.sorted()
            let hint = NearestName.hint(name, in: known)
            let listing = known.isEmpty ? "it has none" : "it has \(known.joined(separator: ", "))"
            report(name, "no such parameter of the slug '\(definition.slug)'\(hint.isEmpty ? "; \(listing)" : hint)")
            return nil
        }
        guard isSettable(parameter) else {
            let does = parameter.generatedLength == nil ? "fixes it" : "makes it up"
            report(name, "the definition of '\(definition.slug)' \(does); leave it out")
            return nil
        }
        return parameter
    }

    private func isSettable(_ parameter: ParameterDefinition) -> Bool {
        parameter.generatedLength == nil && (parameter.isDeveloper || !isDeveloper)
    }

    private mutating func report(_ name: String, _ message: String) {
        problems.append(Problem(parameter: name, message: message))
    }
}
