public import Core

/// What a service says for clusters only: `deploy.kubernetes` of its file.
public struct KubernetesOptions: Sendable, Equatable {
    /// A change of one object that deployd has made up.
    public struct Patch: Sendable, Equatable {
        public enum Change: Sendable, Equatable {
            /// Merged as `kubectl patch --type strategic` does.
            case strategic(JSONValue)
            /// The operations of RFC 6902.
            case json([JSONValue])
        }

        /// `Deployment`, `Service` …
        public let kind: String
        /// nil: the only one of its kind.
        public let name: String?
        public let change: Change

        public init(kind: String, name: String?, change: Change) {
            self.kind = kind
            self.name = name
            self.change = change
        }
    }

    public var patches: [Patch]
    /// Take over objects of its names that exist and are nobody's.
    public var adopts: Bool
    public var hasReadOnlyRoot: Bool
    /// The numeric user that containers run as; nil: the image's, which must not be root.
    public var user: Int?
    public var serviceAccount: String?

    public init(
        patches: [Patch] = [], adopts: Bool = false, hasReadOnlyRoot: Bool = false, user: Int? = nil,
        serviceAccount: String? = nil
    ) {
        self.patches = patches
        self.adopts = adopts
        self.hasReadOnlyRoot = hasReadOnlyRoot
        self.user = user
        self.serviceAccount = serviceAccount
    }
}
