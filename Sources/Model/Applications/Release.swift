public import Core

/// Where an artifact's source comes from; with the application it names the artifact, which is built once.
public enum SourceRevision: Sendable, Hashable {
    case commit(repository: String, commit: String)
    /// A pushed working tree, by the digest of its files (hexadecimal SHA-256).
    case tree(digest: String)

    /// The artifact's key within its application: `commit-SHA` or `tree-SHA256`; safe as a file name.
    public var key: String {
        switch self {
        case .commit(_, let commit): "commit-\(commit)"
        case .tree(let digest): "tree-\(digest)"
        }
    }
}

/// (application, source) → what was built, once. It stays whatever the application is called.
public struct ArtifactID: Sendable, Hashable {
    /// As in `InstanceIdentity`.
    public let application: String
    public let source: SourceRevision

    public init(application: String, source: SourceRevision) {
        self.application = application
        self.source = source
    }
}

/// (application, version) → artifact + frozen file. Immutable.
public struct Release: Sendable, Equatable {
    public let application: String
    /// Opaque. A branch push: the full commit; a tag: its name; a working tree: `local-TIME-HASH`.
    public let version: String
    public let source: SourceRevision
    /// The service's folder within the source; empty for the root.
    public let path: String
    /// The full ref that was pushed, e.g. `refs/heads/main`; nil for a working tree.
    public let reference: String?
    /// The text of `deployd.yaml` as it was at the commit.
    public let file: [UInt8]
    public let createdAt: Timestamp
    /// What its version named in the registry when the release was made; nil: it is built.
    public var image: ImageReference?
    /// The digest that the same tag was seen to name later; nil: the same as ever. What is deployed is `image`.
    public var imageMovedTo: String?

    public init(
        application: String, version: String, source: SourceRevision, path: String = "", reference: String?,
        file: [UInt8], createdAt: Timestamp
    ) {
        self.application = application
        self.version = version
        self.source = source
        self.path = path
        self.reference = reference
        self.file = file
        self.createdAt = createdAt
    }

    /// Whether the source is a commit that a repository holds; a working tree is not.
    public var isClean: Bool { if case .commit = source { true } else { false } }

    /// nil: a working tree.
    public var repository: String? { if case .commit(let repository, _) = source { repository } else { nil } }

    public var commit: String? { if case .commit(_, let commit) = source { commit } else { nil } }
}
