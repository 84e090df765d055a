public import Formats

/// `deployd.yaml`: what a developer says of a service. Defaults are filled in, and references name what exists.
public struct ServiceFile: Sendable, Equatable {
    public static let fileName = "deployd.yaml"
    /// The entrypoint of a service that has a port and declares none.
    public static let defaultEntrypoint = "web"
    /// The port that is meant where none is named.
    public static let defaultPort = "http"

    /// The application's name.
    public var service: String
    public var description: String
    public var url: String?
    public var labels: [String: String]
    public var ports: [String: Int]
    /// The build's argv; nil: nothing to build.
    public var build: [Template]?
    /// The service's argv.
    public var command: [Template]?
    public var environment: [String: Template]
    /// Further environment variables, whose values people set for each environment.
    public var secrets: [String]
    public var health: HealthProbe
    public var limits: WorkloadLimits
    /// How long the old version may finish what it is doing.
    public var drain: Duration
    /// argv of what is run once, before a new version starts.
    public var beforeDeploy: [Template]?
    /// How many of it run at once; with autoscaling at first.
    public var replicas: Int
    /// nil: there are always as many.
    public var autoscaling: Autoscaling?
    /// The image that is deployed instead of building one, without a tag; nil: none.
    public var image: String?
    public var strategy = UpdateStrategy.rolling
    public var onFailure = FailureResponse.rollback
    public var kubernetes = KubernetesOptions()
    /// A folder of Kubernetes manifests beside the file; nil: none.
    public var manifests: String?
    public var requirements: [String: Requirement]
    /// What the world declares for everyone: its name there by the name that the service has for it.
    public var shared: [String: String]
    /// Other applications of the same environment that it requires, by the names that it has for them.
    public var applications: [String: String]
    public var entrypoints: [String: Entrypoint]
    /// Whether the file says nothing of them, and has the default one if any.
    public var hasDefaultEntrypoints = false
    /// Folders and files from the repository's root that it is made from, besides its own folder.
    public var paths: [String]
    /// Where its versions go; counts only in the file of the default branch's head.
    public var settings: Application.Settings
    /// The whole file as it is in each environment that `overrides` names.
    public var variants: [String: ServiceFile]

    public init(
        service: String, description: String = "", url: String? = nil, labels: [String: String] = [:],
        ports: [String: Int] = [:], build: [Template]? = nil, command: [Template]? = nil,
        environment: [String: Template] = [:], secrets: [String] = [], health: HealthProbe,
        limits: WorkloadLimits = WorkloadLimits(),
        drain: Duration = .seconds(30), replicas: Int = 1, beforeDeploy: [Template]? = nil,
        requirements: [String: Requirement] = [:],
        shared: [String: String] = [:], applications: [String: String] = [:], entrypoints: [String: Entrypoint] = [:],
        paths: [String] = [],
        settings: Application.Settings,
        variants: [String: ServiceFile] = [:]
    ) {
        self.service = service
        self.description = description
        self.url = url
        self.labels = labels
        self.ports = ports
        self.build = build
        self.command = command
        self.environment = environment
        self.secrets = secrets
        self.health = health
        self.limits = limits
        self.drain = drain
        self.replicas = replicas
        self.beforeDeploy = beforeDeploy
        self.requirements = requirements
        self.shared = shared
        self.applications = applications
        self.entrypoints = entrypoints
        self.paths = paths
        self.settings = settings
        self.variants = variants
    }

    /// The file as it is in an environment.
    public func variant(for environment: String) -> ServiceFile { variants[environment] ?? self }

    /// The port that `PORT` means: the one named `http`, else the only one.
    public var primaryPort: String? { ServiceFile.primary(ports) }

    /// Whether its application's name reaches what runs, and is not only what it is called by.
    public var isToldItsName: Bool {
        let texts = [build, command, beforeDeploy].flatMap { $0 ?? [] } + environment.values
        return texts.contains { $0.references.contains { $0.path == ["application"] } }
    }

    /// The entrypoint whose address other applications are given: the one named `web`, else the only one.
    static func defaultEntrypoint(among names: some Collection<String>) -> String? {
        names.contains(defaultEntrypoint) ? defaultEntrypoint : names.count == 1 ? names.first : nil
    }

    static func primary(_ ports: [String: Int]) -> String? {
        ports[defaultPort] != nil ? defaultPort : ports.count == 1 ? ports.keys.first : nil
    }

    /// Reads the file.
    /// - Parameters:
    ///   - bytes: the whole text.
    ///   - file: how errors name it.
    public static func parse(_ bytes: [UInt8], file: String = fileName) -> Parsed<ServiceFile> {
        ServiceFormat.shape.parse(bytes, file: file, hint: "a service needs at least 'service: NAME'")
    }
}
