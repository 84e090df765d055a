public import Formats

/// What a world's document refers to, before it is known what that stands for.
public struct WorldTexts: Sendable, Equatable {
    public var certificate: CertificateText?
    public var kubernetes: KubernetesText?
    public var registries: [String: RegistryText] = [:]
    /// The path of a file of docker's, or where it is.
    public var dockerConfig: Template?

    public init(certificate: CertificateText? = nil) { self.certificate = certificate }
}

/// How a world file says which cluster is meant.
public struct KubernetesText: Sendable, Equatable {
    /// A kubeconfig, or the paths of some.
    public let kubeconfig: Template?
    public let context: String?
    public let isInCluster: Bool

    /// Whether nothing is said: where deployd runs in a pod, that pod's cluster is meant.
    var isUnsaid: Bool { kubeconfig == nil && context == nil && !isInCluster }
}

/// An entry of `registries:` as a world file has it.
public struct RegistryText: Sendable, Equatable {
    public let username: Template?
    public let password: Template?
    public let isInsecure: Bool
}
