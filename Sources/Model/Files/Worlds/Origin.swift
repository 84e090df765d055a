public import Formats

/// Where a world, environment, set or target is described.
public enum Origin: Sendable, Hashable, CustomStringConvertible {
    /// What there is without any world file.
    case builtIn
    case file(String, SourcePosition)
    case api
    /// Described nowhere: a set or a target names it.
    case named

    /// Whether a description of the same name takes its place.
    var givesWay: Bool { self == .builtIn || self == .named }

    /// `worlds/a.yaml:7`, for people.
    public var description: String {
        switch self {
        case .builtIn: "built in"
        case .file(let file, let position): "\(file):\(position.line)"
        case .api: "the API"
        case .named: "named only"
        }
    }
}

extension Topology {
    /// Where each of its objects is described.
    public struct Origins: Sendable, Equatable {
        private var found: [ObjectID: Origin] = [:]
        private var namings: [String: TargetNaming] = [:]

        public init() {}

        public func naming(of target: String) -> TargetNaming { namings[target] ?? .written }

        mutating func note(_ naming: TargetNaming, of target: String) { namings[target] = naming }

        /// nil also where it was not noted.
        public subscript(kind: ObjectKind, name: String) -> Origin? {
            get { found[ObjectID(kind, name)] }
            set { found[ObjectID(kind, name)] = newValue }
        }
    }
}
