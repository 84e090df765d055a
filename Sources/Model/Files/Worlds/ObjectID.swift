/// What world files declare and the API makes beside them.
public enum ObjectKind: String, Sendable, Hashable, CaseIterable, CustomStringConvertible {
    case world, environment, environmentSet, target

    /// For the middle of a sentence.
    public var description: String { self == .environmentSet ? "environment set" : rawValue }
}

/// Names a world, an environment, a set or a target: each name is unique among its kind, on the whole server.
public struct ObjectID: Sendable, Hashable, CustomStringConvertible {
    public let kind: ObjectKind
    public let name: String

    public init(_ kind: ObjectKind, _ name: String) {
        self.kind = kind
        self.name = name
    }

    /// `environment set 'web'`.
    public var description: String { "\(kind) '\(name)'" }
}
