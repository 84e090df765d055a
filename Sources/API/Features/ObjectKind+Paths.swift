import Client
import HTTPServer
import Model

/// How the API calls each kind.
extension ObjectKind {
    /// What a path names it by.
    var parameter: String { self == .environmentSet ? "set" : rawValue }

    var collection: String {
        switch self {
        case .world: "/api/v1/worlds"
        case .environment: "/api/v1/environments"
        case .environmentSet: "/api/v1/environment-sets"
        case .target: "/api/v1/environments/{environment}/targets"
        }
    }

    /// The end of an operation's id.
    var operationName: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }

    var tag: String { self == .world ? "Worlds" : "Environments" }

    /// `a world`.
    var indefinite: String { self == .environment || self == .environmentSet ? "an \(self)" : "a \(self)" }

    func answer(_ status: Int, _ description: String) -> Operation.Answer {
        switch self {
        case .world: .object(Wire.World.self, description, status: status)
        case .environment: .object(Wire.Environment.self, description, status: status)
        case .environmentSet: .object(Wire.EnvironmentSet.self, description, status: status)
        case .target: .object(Wire.Environment.Target.self, description, status: status)
        }
    }
}
