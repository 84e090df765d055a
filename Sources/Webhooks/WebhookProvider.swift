/// Everyone whose webhooks have a path, `/hooks/NAME`.
public enum WebhookProvider: String, Sendable, CaseIterable {
    case github, gitlab, bitbucket, gitea, travis, jira, registry, generic
    /// A pushed working tree.
    case filesystem

    /// Whether its deliveries are understood.
    public var isBuilt: Bool { self == .github || self == .filesystem }

    /// Whether code repositories can have it as their provider, now or later.
    public var hasRepositories: Bool {
        switch self {
        case .github, .gitlab, .bitbucket, .gitea, .travis, .generic: true
        case .jira, .registry, .filesystem: false
        }
    }
}
