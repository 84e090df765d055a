public import Core

/// `deploy:kubernetes` of a world: which cluster, and what is done there.
public struct KubernetesSettings: Sendable, Equatable {
    public enum Access: Sendable, Equatable {
        /// deployd runs in a pod of it.
        case inCluster
        /// Files, as `KUBECONFIG` lists them.
        case files([String], context: String?)
        /// The text of a kubeconfig.
        case text(Secret, context: String?)
    }

    /// What is done where somebody else changed or deleted an object.
    public enum Drift: String, Sendable, CaseIterable {
        case report, heal
    }

    /// How entrypoints reach services.
    public enum Exposure: String, Sendable, CaseIterable {
        case ingress, loadBalancer
    }

    public var access: Access
    /// nil: the context's.
    public var namespace: String?
    public var drift: Drift
    public var exposure: Exposure
    /// nil: the cluster's default class.
    public var ingressClass: String?
    /// Secrets of the namespace that images are pulled with.
    public var imagePullSecrets: [String]

    public init(
        access: Access, namespace: String? = nil, drift: Drift = .report, exposure: Exposure = .ingress,
        ingressClass: String? = nil, imagePullSecrets: [String] = []
    ) {
        self.access = access
        self.namespace = namespace
        self.drift = drift
        self.exposure = exposure
        self.ingressClass = ingressClass
        self.imagePullSecrets = imagePullSecrets
    }
}
