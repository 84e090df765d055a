import Core
import Model

extension LocalTemplate {
    /// The length that `values` asks of a secret.
    /// - Throws: `DeploydError.invalid` for an unknown value or a length out of bounds.
    func length(_ values: [String: String]) throws(DeploydError) -> Int {
        for name in values.keys.sorted() {
            if let problem = problem(withValue: name) { throw DeploydError(.invalid, "values.\(name): \(problem)") }
        }
        guard let text = values["length"] else { return 32 }
        guard let length = Int(text), (8...512).contains(length) else {
            throw DeploydError(.invalid, "values.length: '\(text)' is not a number from 8 to 512")
        }
        return length
    }
}
