/// What a world can do; one driver each. The raw values are the names that world files use.
public enum Capability: String, Sendable, CaseIterable {
    /// Supervised processes on this host.
    case deployProcess = "deploy:process"
    /// Directories, secrets, ports and databases in files on this host.
    case local

    case deployCompose = "deploy:compose"
    case deployKubernetes = "deploy:kubernetes"
    case deployArgoCD = "deploy:argocd"
    case deployFlux = "deploy:flux"
    case buildDocker = "build:docker"
    case buildKubernetes = "build:kubernetes"
    case aws, google, terraform, vault, consul

    /// Whether world files may name it; the others are refused by name. What has no driver yet is refused by the plan.
    public var isBuilt: Bool { [.deployProcess, .local, .deployKubernetes].contains(self) }

    /// Whether it runs services.
    var isDeploy: Bool { rawValue.hasPrefix("deploy:") }

    /// Whether definitions of resources may need it; the others run and build services.
    var makesResources: Bool { self == .deployKubernetes || (!isDeploy && !rawValue.hasPrefix("build:")) }

    /// Whether a world must be trusted to have it: it runs pushed code beside deployd.
    public var needsTrust: Bool { self == .deployProcess }

    /// For the reference.
    public var summary: String {
        switch self {
        case .deployProcess: "Runs services as supervised processes on this host; needs 'trusted: true'"
        case .local: "Makes directories, secrets, ports and SQLite databases on this host"
        case .deployCompose: "Runs services on Docker hosts"
        case .deployKubernetes:
            "Runs services on a Kubernetes cluster"
        case .deployArgoCD: "Runs services through Argo CD"
        case .deployFlux: "Runs services through Flux"
        case .buildDocker: "Builds images with Docker"
        case .buildKubernetes: "Builds images on a Kubernetes cluster"
        case .aws: "Makes resources by AWS CloudFormation"
        case .google: "Makes resources of Google Cloud"
        case .terraform: "Makes resources by Terraform"
        case .vault: "Makes secrets in Vault"
        case .consul: "Makes entries in Consul"
        }
    }
}
