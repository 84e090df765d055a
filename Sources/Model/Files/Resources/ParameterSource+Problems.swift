import Formats

extension ParameterSource {
    /// What is wrong with one key of it.
    struct Problem {
        let key: String
        let message: String
    }

    /// What is wrong with all that is said of it together.
    var problems: [Problem] {
        var problems: [Problem] = []
        let whole = ParameterDefinition(self)
        checkBounds(whole, &problems)
        if !whole.isDeveloper, defaultValue == nil, generate == nil {
            problems.append(
                Problem(key: ParameterFormat.developer.name, message: "nobody could set it: give it a default"))
        }
        checkGeneration(whole, &problems)
        checkDefault(whole, &problems)
        return problems
    }

    private func checkBounds(_ whole: ParameterDefinition, _ problems: inout [Problem]) {
        if whole.kind != .integer {
            let message = "only an integer has bounds; write 'type: integer'"
            if minimum != nil { problems.append(Problem(key: ParameterFormat.minimum.name, message: message)) }
            if maximum != nil { problems.append(Problem(key: ParameterFormat.maximum.name, message: message)) }
        }
        if let minimum, let maximum, minimum > maximum {
            let message = "\(minimum) is greater than the maximum, \(maximum)"
            problems.append(Problem(key: ParameterFormat.minimum.name, message: message))
        }
    }

    private func checkGeneration(_ whole: ParameterDefinition, _ problems: inout [Problem]) {
        guard generate != nil else {
            guard length != nil else { return }
            let message = "only a value that is made up has a length; write 'generate: password'"
            problems.append(Problem(key: ParameterFormat.length.name, message: message))
            return
        }
        if whole.kind != .string {
            problems.append(Problem(key: ParameterFormat.kind.name, message: "a password is a string"))
        }
        if defaultValue != nil {
            let message = "write either default or generate"
            problems.append(Problem(key: ParameterFormat.defaultValue.name, message: message))
        }
        if whole.isDeveloper {
            let message = "nobody sets a value that is made up; leave it out"
            problems.append(Problem(key: ParameterFormat.developer.name, message: message))
        }
        if isSecret == false {
            let message = "a password is always secret; leave it out"
            problems.append(Problem(key: ParameterFormat.secret.name, message: message))
        }
    }

    private func checkDefault(_ whole: ParameterDefinition, _ problems: inout [Problem]) {
        guard let defaultValue else { return }
        // Nothing lies between bounds that exclude each other, which is said already.
        if let minimum, let maximum, minimum > maximum { return }
        guard case .problem(let problem) = whole.text(of: defaultValue) else { return }
        problems.append(Problem(key: ParameterFormat.defaultValue.name, message: problem))
    }
}
