import Core
import HTTPServer
import Model

/// A request of somebody who was let in.
struct APIRequest: Sendable {
    let http: HTTPRequest
    /// Who asks; nil where everybody may.
    let token: Token?
    /// Made for this request; what it changes has it as its cause.
    let id: String

    /// The name that events get.
    var actor: String { token?.name ?? "anonymous" }
    var cause: Cause { Cause(.request, id) }

    /// A named segment of the path.
    func parameter(_ name: String) -> String { http.parameters[name] ?? "" }

    /// - Throws: `HTTPProblem` 400.
    func body<Value: Decodable>(
        _ type: Value.Type, rules: (Value) -> [HTTPProblem.Place] = { _ in [] }
    ) throws -> Value {
        try RequestBody.read(type, of: http, rules: rules)
    }

    /// - Throws: `DeploydError` `invalid`.
    func page() throws(DeploydError) -> PageRequest { try PageRequest(http) }

    /// From `?selector=`; one that means all when left out.
    /// - Throws: `DeploydError` `invalid`.
    func selector() throws(DeploydError) -> LabelSelector { try LabelSelector(parsing: query("selector") ?? "") }

    func query(_ name: String) -> String? { http.query(name) }

    /// A parameter whose value is one of `Value`'s.
    /// - Throws: `DeploydError` `invalid`.
    func choice<Value: RawRepresentable & CaseIterable>(
        _ name: String, _ type: Value.Type
    ) throws(DeploydError) -> Value? where Value.RawValue == String {
        guard let text = query(name) else { return nil }
        guard let value = Value(rawValue: text) else {
            let names = Value.allCases.map(\.rawValue).joined(separator: ", ")
            throw DeploydError(.invalid, "'\(name)' must be one of \(names)")
        }
        return value
    }

    /// - Throws: `DeploydError` `invalid` unless it is a time of RFC 3339.
    func time(_ name: String) throws(DeploydError) -> Timestamp? {
        guard let text = query(name) else { return nil }
        guard let value = Timestamp(rfc3339: text) else {
            throw DeploydError(.invalid, "'\(name)' must be a time of RFC 3339, such as 2026-01-31T12:00:00Z")
        }
        return value
    }

    /// - Throws: `DeploydError` `invalid` unless it is a whole number from 0.
    func number(_ name: String) throws(DeploydError) -> Int64? {
        guard let text = query(name) else { return nil }
        guard let value = Int64(text), value >= 0 else {
            throw DeploydError(.invalid, "'\(name)' must be a whole number from 0")
        }
        return value
    }

    /// - Throws: `DeploydError` `invalid` unless it is `true` or `false`.
    func flag(_ name: String) throws(DeploydError) -> Bool {
        switch query(name) {
        case nil, "false": return false
        case "true", "": return true
        default: throw DeploydError(.invalid, "'\(name)' must be true or false")
        }
    }
}
