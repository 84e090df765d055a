/// What a service asks of a deploy driver, before anything of it is made.
public struct WorkloadWish: Sendable, Equatable {
    public let ports: [String: Int]
    public let entrypoints: [String: WorkloadEntrypoint]
    public let replicas: Int
    public let autoscaling: Autoscaling?
    public let limits: WorkloadLimits
    public let hasCommand: Bool
    /// nil: it has none.
    public let image: ImageReference?
    public let strategy: UpdateStrategy
    public let onFailure: FailureResponse
    public let kubernetes: KubernetesOptions
    /// A folder of manifests, from the service's own.
    public let manifests: String?

    public init(
        ports: [String: Int], entrypoints: [String: WorkloadEntrypoint], replicas: Int, autoscaling: Autoscaling? = nil,
        limits: WorkloadLimits, hasCommand: Bool, image: ImageReference? = nil, strategy: UpdateStrategy = .rolling,
        onFailure: FailureResponse = .rollback, kubernetes: KubernetesOptions = KubernetesOptions(),
        manifests: String? = nil
    ) {
        self.ports = ports
        self.entrypoints = entrypoints
        self.replicas = replicas
        self.autoscaling = autoscaling
        self.limits = limits
        self.hasCommand = hasCommand
        self.image = image
        self.strategy = strategy
        self.onFailure = onFailure
        self.kubernetes = kubernetes
        self.manifests = manifests
    }

    /// Of a file, where its entrypoints are settled and its image is known.
    public init(
        _ service: ServiceFile, entrypoints: [String: WorkloadEntrypoint], image: ImageReference?
    ) {
        self.init(
            ports: service.ports, entrypoints: entrypoints, replicas: service.replicas,
            autoscaling: service.autoscaling, limits: service.limits, hasCommand: service.command != nil, image: image,
            strategy: service.strategy, onFailure: service.onFailure, kubernetes: service.kubernetes,
            manifests: service.manifests)
    }
}
