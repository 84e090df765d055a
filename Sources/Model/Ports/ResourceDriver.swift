public import Core

/// What a resource driver is asked to make, all references resolved.
public struct ResourceRequest: Sendable {
    public let id: String
    /// nil: it is for all instances of a world.
    public let instance: InstanceIdentity?
    /// The name under which it is required.
    public let name: String
    public let slug: String
    /// The definition's template, in the capability's own language.
    public let template: JSONValue
    public let values: [String: String]
    /// The names of those values that are secret.
    public var secretValues: Set<String> = []
    /// The outputs of the template that are asked for, as the definition names them.
    public var outputs: Set<String> = []
    /// What the driver recorded last; nil the first time.
    public let state: Secret?

    public init(
        id: String, instance: InstanceIdentity?, name: String, slug: String, template: JSONValue,
        values: [String: String],
        state: Secret?
    ) {
        self.id = id
        self.instance = instance
        self.name = name
        self.slug = slug
        self.template = template
        self.values = values
        self.state = state
    }
}

/// What a resource driver made.
public struct ProvisionedResource: Sendable, Equatable {
    /// The template's outputs by name.
    public let outputs: [String: Resource.Output]
    public let state: Secret?

    public init(outputs: [String: Resource.Output], state: Secret?) {
        self.outputs = outputs
        self.state = state
    }
}

/// Makes resources in a world: one driver per capability that definitions name.
///
/// Provisioning is idempotent, and values that were generated stay the same as long as `state` is given back.
public protocol ResourceDriver: Sendable {
    var capability: String { get }
    /// The driver as it works in one world.
    func inWorld(_ world: World) -> any ResourceDriver
    /// Why the world cannot make resources now; nil when it can.
    func problem() async -> String?
    func provision(_ request: ResourceRequest, _ log: any StepLog) async throws -> ProvisionedResource
    /// Removes it with what it holds; what is not there is fine. Its `values` are empty: what it needs is in `state`.
    func remove(_ request: ResourceRequest, _ log: any StepLog) async throws
    /// What stays in the world when it is removed, by names for people. Its `values` are empty.
    func kept(of request: ResourceRequest) -> [String]
    /// Why something that was made is not there any more; nil: it is, or that cannot be told. Its `values` are empty.
    func absence(of request: ResourceRequest) async throws -> String?
}

extension ResourceDriver {
    public func inWorld(_ world: World) -> any ResourceDriver { self }
    public func kept(of request: ResourceRequest) -> [String] { [] }
}
