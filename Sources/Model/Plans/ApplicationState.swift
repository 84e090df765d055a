/// What is known of an application in one environment, for those that require it there.
public struct ApplicationState: Sendable, Equatable {
    public let name: String
    /// Whether somebody declared it.
    public let isKnown: Bool
    /// Those of the environment.
    public let instances: [Instance]
    /// Whether there was one that somebody destroyed.
    public let wasDestroyed: Bool
    /// The version that the environment holds.
    public let desired: String?
    /// What the file of that version says there; nil where it cannot be read.
    public let file: ServiceFile?
    /// What is under way on its instances.
    public let unfinished: [Deployment]

    public init(
        name: String, isKnown: Bool, instances: [Instance], wasDestroyed: Bool = false, desired: String?,
        file: ServiceFile?, unfinished: [Deployment]
    ) {
        self.name = name
        self.isKnown = isKnown
        self.instances = instances
        self.wasDestroyed = wasDestroyed
        self.desired = desired
        self.file = file
        self.unfinished = unfinished
    }
}

/// Another application that a service requires, and where it finds it.
public struct ApplicationNeed: Sendable, Equatable {
    /// The only output.
    public static let output = "url"

    /// Why a deployment has to wait for it.
    public struct Obstacle: Sendable, Equatable {
        /// For people; goes on after "the application NAME on TARGET".
        public let reason: String
        /// The service could start, but the same push brings a new version of what it requires.
        public let isOrderOnly: Bool

        public init(_ reason: String, isOrderOnly: Bool = false) {
            self.reason = reason
            self.isOrderOnly = isOrderOnly
        }
    }

    /// As the service's file has it.
    public let name: String
    public let application: String
    /// The instance whose address the service is given.
    public let instance: InstanceID
    /// nil until it is deployed there.
    public let url: String?
    /// nil: nothing stands in the way of using it.
    public let obstacle: Obstacle?

    public init(name: String, instance: InstanceID, url: String?, obstacle: Obstacle?) {
        self.name = name
        application = instance.application
        self.instance = instance
        self.url = url
        self.obstacle = obstacle
    }
}
