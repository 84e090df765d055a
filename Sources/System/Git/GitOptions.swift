import Core

/// How git is run.
public struct GitOptions: Sendable {
    /// A path, or a name to look for in `PATH`.
    public var executable = "git"
    /// deployd's own environment; only what git needs of it is passed on.
    public var environment: [String: String]
    /// For one network operation.
    public var fetchDeadline: Duration = .seconds(600)
    /// For listing the refs of a server.
    public var listDeadline: Duration = .seconds(30)
    /// For one local operation.
    public var readDeadline: Duration = .seconds(60)
    /// How many operations may wait for one mirror.
    public var maximumWaiting = 64
    /// Bounds on an exported tree.
    public var limits = ArchiveLimits()
    /// How many branches and tags a server may list: bytes of `git ls-remote`.
    public var listingLimit = 32 << 20

    public init(environment: [String: String]) { self.environment = environment }
}
