public import Core

/// A place that can do things.
public struct World: Sendable, Equatable {
    public var name: String
    public var description: String
    public var labels: [String: String]
    public var capabilities: Set<Capability>
    /// How `deploy:kubernetes` is done; nil without it.
    public var kubernetes: KubernetesSettings?
    /// How registries of images are asked, by host and port.
    public var registries: [String: RegistryAccess] = [:]
    /// The path of a file of docker's with credentials for further registries.
    public var dockerConfig: String?
    /// Resource repositories whose slugs may be used here, nearest first.
    public var resourceRepositories: [String]
    /// Those of them that are read from git.
    public var remotes: [RemoteRepository] = []
    /// Whether pushed code may run beside deployd.
    public var isTrusted: Bool
    /// What definitions refer to as `world.parameters.NAME`: strings, whole numbers, booleans and lists of them.
    public var parameters: [String: JSONValue]
    public var entrypoints: WorldEntrypoints
    /// Whose clients each gate lets in.
    public var gates: [String: [Network]]
    /// `Glob` patterns of applications that may add it as a target of their own.
    public var allowsTargetsFrom: [String]
    /// Resources that belong to the world, by the names under which services require them.
    public var shared: [String: Requirement]

    public init(
        name: String, description: String = "", labels: [String: String] = [:], capabilities: Set<Capability> = [],
        resourceRepositories: [String] = [], isTrusted: Bool = false, parameters: [String: JSONValue] = [:],
        entrypoints: WorldEntrypoints = WorldEntrypoints(), gates: [String: [Network]] = [:],
        allowsTargetsFrom: [String] = [],
        shared: [String: Requirement] = [:]
    ) {
        self.name = name
        self.description = description
        self.labels = labels
        self.capabilities = capabilities
        self.resourceRepositories = resourceRepositories
        self.isTrusted = isTrusted
        self.parameters = parameters
        self.entrypoints = entrypoints
        self.gates = gates
        self.allowsTargetsFrom = allowsTargetsFrom
        self.shared = shared
    }

    /// The capability that runs services here; nil when there is none.
    public var deployCapability: Capability? {
        Capability.allCases.first { $0.isDeploy && capabilities.contains($0) }
    }

    /// Whether services run on a cluster here, and nothing is reached by an address of this host.
    public var isCluster: Bool { deployCapability == .deployKubernetes }

    /// A parameter as `${world.parameters.NAME}` gives it; lists are joined by commas.
    public func parameterText(_ name: String) -> String? { parameters[name].map(World.text) }

    static func text(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): text
        case .array(let elements): elements.map(text).joined(separator: ",")
        default: value.text
        }
    }
}
