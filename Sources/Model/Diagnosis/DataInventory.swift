/// What a server has recorded that must be so on its host as well, as of one moment.
public struct DataInventory: Sendable {
    /// Also those that were destroyed: their rows stay.
    public var instances: [Instance]
    public var ports: [PortReservation]
    /// Of all that are not deleted.
    public var resources: [Resource]
    /// `pending` or `running` ones.
    public var unfinished: [Deployment]
    /// The ids of all deployments.
    public var deployments: Set<String>
    public var repositories: [CodeRepository]
    /// What drivers know applications by, also those that were deleted.
    public var applications: Set<String>

    public init(
        instances: [Instance] = [], ports: [PortReservation] = [], resources: [Resource] = [],
        unfinished: [Deployment] = [], deployments: Set<String> = [], repositories: [CodeRepository] = [],
        applications: Set<String> = []
    ) {
        self.instances = instances
        self.ports = ports
        self.resources = resources
        self.unfinished = unfinished
        self.deployments = deployments
        self.repositories = repositories
        self.applications = applications
    }

    /// Whether something of an instance may be half done at this moment.
    public func isChanging(_ instance: Instance) -> Bool {
        instance.lifecycle.state.isUnderWay || unfinished.contains { $0.instance == instance.id }
    }
}
