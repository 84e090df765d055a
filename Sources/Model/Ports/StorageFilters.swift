public import Core

/// Every set field must match.
public struct InstanceFilter: Sendable, Equatable {
    public var application: String?
    public var environment: String?
    public var target: String?
    public var world: String?
    /// Also those that were destroyed.
    public var includesDestroyed: Bool
    /// Of one application, those behind a target in the order of their names.
    public var after: String?
    /// Those behind an instance, by application, then target.
    public var behind: InstanceID?
    /// The first of them; nil: all.
    public var limit: Int?

    public init(
        application: String? = nil, environment: String? = nil, target: String? = nil, world: String? = nil,
        includesDestroyed: Bool = false
    ) {
        self.application = application
        self.environment = environment
        self.target = target
        self.world = world
        self.includesDestroyed = includesDestroyed
    }
}

public struct DeploymentFilter: Sendable, Equatable {
    public var application: String?
    public var environment: String?
    public var target: String?
    public var status: Deployment.Status?
    /// Only of these; nil: of all.
    public var instances: [InstanceID]?

    public init(
        application: String? = nil, environment: String? = nil, target: String? = nil,
        status: Deployment.Status? = nil
    ) {
        self.application = application
        self.environment = environment
        self.target = target
        self.status = status
    }
}

public struct EventFilter: Sendable, Equatable {
    public var application: String?
    public var environment: String?
    public var target: String?
    public var type: EventType?
    /// From this moment on.
    public var since: Timestamp?
    /// Before this moment.
    public var until: Timestamp?

    public init(
        application: String? = nil, environment: String? = nil, target: String? = nil, type: EventType? = nil,
        since: Timestamp? = nil, until: Timestamp? = nil
    ) {
        self.application = application
        self.environment = environment
        self.target = target
        self.type = type
        self.since = since
        self.until = until
    }
}

public struct ResourceFilter: Sendable, Equatable {
    public var world: String?
    public var application: String?
    public var target: String?
    public var slug: String?
    public var status: Resource.Status?
    /// Only those that worlds share, or only those of instances; nil: both.
    public var isShared: Bool?
    /// Only of these; nil: of all.
    public var instances: [InstanceID]?
    /// Beside `instances`, those that these worlds share.
    public var sharingWorlds: [String] = []

    public init(
        world: String? = nil, application: String? = nil, target: String? = nil, slug: String? = nil,
        status: Resource.Status? = nil, isShared: Bool? = nil
    ) {
        self.isShared = isShared
        self.world = world
        self.application = application
        self.target = target
        self.slug = slug
        self.status = status
    }
}
