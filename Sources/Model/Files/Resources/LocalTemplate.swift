public import Core
import Formats

/// What a definition of the capability `local` asks for: `{ kind: directory | secret | port | sqlite }`.
public enum LocalTemplate: String, Sendable, CaseIterable {
    case directory, secret, port, sqlite

    /// What is wrong, and below which of the definition's keys.
    struct Problem: Error {
        /// Of the template; nil: it as a whole.
        let key: String?
        let message: String
    }

    /// Names of the values that a definition may give.
    public var values: Set<String> { self == .secret ? ["length"] : [] }

    init(checking template: JSONValue) throws(Problem) {
        guard let members = template.object else {
            throw Problem(key: nil, message: "the template of a local resource is written as { kind: \(kinds) }")
        }
        if let unknown = members.keys.filter({ $0 != "kind" }).min() {
            let hint = NearestName.hint(unknown, in: ["kind"])
            throw Problem(key: unknown, message: "unknown key of a local resource's template\(hint)")
        }
        guard let name = members["kind"]?.string else {
            throw Problem(key: nil, message: "the template of a local resource lacks its kind: \(kinds)")
        }
        guard let kind = LocalTemplate(rawValue: name) else {
            let hint = NearestName.hint(name, in: LocalTemplate.allCases.map(\.rawValue))
            throw Problem(key: "kind", message: "there is no local resource '\(name)' (\(kinds))\(hint)")
        }
        self = kind
    }

    /// - Throws: `DeploydError.invalid` that names what is wrong.
    public static func read(_ template: JSONValue) throws(DeploydError) -> LocalTemplate {
        do { return try LocalTemplate(checking: template) } catch {
            throw DeploydError(.invalid, "\(error.key.map { "\($0): " } ?? "")\(error.message)")
        }
    }

    /// What is wrong with a value of that name; nil when nothing is.
    public func problem(withValue name: String) -> String? {
        values.contains(name) ? nil : "a local \(rawValue) has no such value\(NearestName.hint(name, in: values))"
    }
}

private let kinds = LocalTemplate.allCases.map(\.rawValue).joined(separator: " | ")
