/// How a version comes to an environment.
public enum VersionWay: String, Sendable, CaseIterable {
    /// A push that one of the application's triggers names.
    case trigger
    /// A pushed working tree.
    case tree
    case set
    case promote
    case rollback
    /// A deployment that somebody asked for.
    case deployment

    /// Whether a person asks for this very version: what failed is tried again.
    public var isExplicit: Bool { self != .trigger }
}
