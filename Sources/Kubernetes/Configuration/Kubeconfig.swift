public import Core

/// What kubeconfig files say: clusters, users, and contexts that bring them together.
///
/// https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/
public struct Kubeconfig: Sendable {
    /// Something of a name, and where it is written.
    public struct Entry<Value: Sendable>: Sendable {
        public let name: String
        public let value: Value
        /// `FILE:LINE`
        public let origin: String
    }

    public var clusters: [Entry<Cluster>] = []
    public var users: [Entry<User>] = []
    public var contexts: [Entry<Context>] = []
    public var currentContext: String?
    /// The files it was read from.
    public var files: [String] = []

    public struct Cluster: Sendable {
        public var server: String?
        public var authorities: PEMSource?
        public var serverName: String?
        public var skipsVerification = false
        public var proxy: String?
        /// What an exec plugin is told, besides the rest.
        public var pluginConfiguration: JSONValue?
    }

    public struct User: Sendable {
        public var certificate: PEMSource?
        public var key: PEMSource?
        public var token: Secret?
        public var tokenFile: String?
        public var name: String?
        public var password: Secret?
        public var plugin: PluginSettings?
        /// The `auth-provider`, which Kubernetes has removed in 1.26.
        public var provider: String?
        public var impersonation: [ClusterConnection.Impersonation] = []
        public var impersonatesExtra = false
    }

    /// A user's `exec`, as it is written.
    public struct PluginSettings: Sendable {
        public var apiVersion: String?
        public var command: String?
        public var arguments: [String] = []
        public var variables: [String: String] = [:]
        public var installHint: String?
        public var providesCluster = false
        public var interactiveMode: String?
    }

    public struct Context: Sendable {
        public var cluster: String?
        public var user: String?
        public var namespace: String?
    }

    public init() {}
}
