import Client
import Model

extension Operation.Parameter {
    /// Of every list.
    static let page = [
        Operation.Parameter(
            "limit", .integer(1...Int64(PageRequest.maximumLimit)),
            "How many items at most: \(PageRequest.defaultLimit) when left out, at most \(PageRequest.maximumLimit)."),
        Operation.Parameter("after", "The `next` of the part before."),
    ]
    static let application = Operation.Parameter("application", "Only of this application.")
    static let environment = Operation.Parameter("environment", "Only of this environment.")
    static let target = Operation.Parameter("target", "Only of this target.")

    /// Of every list of what has labels.
    static let selector = Operation.Parameter(
        "selector", "Only those with these labels, as in Kubernetes: `team=shop,tier!=dev,env in (a,b),!legacy`.")

    static func choice<Value: RawRepresentable & CaseIterable>(
        _ name: String, _ type: Value.Type, _ description: String
    ) -> Operation.Parameter where Value.RawValue == String {
        Operation.Parameter(name, .choice(type.allCases.map(\.rawValue)), description)
    }
}

extension Operation.Answer {
    static func page<Value: Codable & Sendable>(_ type: Value.Type, _ description: String) -> Operation.Answer {
        json(Wire.Page<Value>.self, description)
    }
}
