import Core
import Formats

/// What a definition of the capability `local` asks for: `{ kind: directory | secret | port | sqlite }`.
enum LocalTemplate: String, Sendable, CaseIterable {
    case directory, secret, port, sqlite

    /// Names of the values that a definition may give.
    var values: Set<String> { self == .secret ? ["length"] : [] }

    /// - Throws: `DeploydError.invalid` that names what is wrong.
    static func read(_ template: JSONValue) throws(DeploydError) -> LocalTemplate {
        guard let members = template.object else {
            throw DeploydError(.invalid, "the template of a local resource is written as { kind: \(kinds) }")
        }
        if let unknown = members.keys.filter({ $0 != "kind" }).min() {
            let hint = NearestName.hint(unknown, in: ["kind"])
            throw DeploydError(.invalid, "\(unknown): unknown key of a local resource's template\(hint)")
        }
        guard let name = members["kind"]?.string else {
            throw DeploydError(.invalid, "the template of a local resource lacks its kind: \(kinds)")
        }
        guard let kind = LocalTemplate(rawValue: name) else {
            let hint = NearestName.hint(name, in: allCases.map(\.rawValue))
            throw DeploydError(.invalid, "kind: there is no local resource '\(name)' (\(kinds))\(hint)")
        }
        return kind
    }

    private static let kinds = allCases.map(\.rawValue).joined(separator: " | ")

    /// The length that `values` asks of a secret.
    /// - Throws: `DeploydError.invalid` for an unknown value or a length out of bounds.
    func length(_ values: [String: String]) throws(DeploydError) -> Int {
        if let unknown = values.keys.filter({ !self.values.contains($0) }).min() {
            throw DeploydError(
                .invalid,
                "values.\(unknown): a local \(rawValue) has no such value"
                    + NearestName.hint(unknown, in: self.values))
        }
        guard let text = values["length"] else { return 32 }
        guard let length = Int(text), (8...512).contains(length) else {
            throw DeploydError(.invalid, "values.length: '\(text)' is not a number from 8 to 512")
        }
        return length
    }
}
