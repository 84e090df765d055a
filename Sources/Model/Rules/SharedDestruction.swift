/// An instance that uses what its world shares, and the name that it has for it.
public struct SharedUser: Sendable, Equatable {
    public let instance: InstanceID
    public let name: String

    public init(_ instance: InstanceID, name: String) {
        self.instance = instance
        self.name = name
    }
}

/// What goes and what is kept when a resource of a world is destroyed, and what stands against it.
public struct SharedDestruction: Sendable, Equatable {
    public let resource: Resource
    /// Of it and of all that it requires.
    public let destruction: Destruction
    public let users: [SharedUser]
    /// One sentence each; with any, nothing is changed.
    public let refusals: [String]

    /// - Parameters:
    ///   - resource: the world's own, and not one that another requires.
    ///   - resources: all that the world has.
    ///   - users: those of the resource.
    public init(
        of resource: Resource, among resources: [Resource], users: [SharedUser], topology: Topology,
        catalogue: ResourceCatalogue
    ) {
        self.resource = resource
        destruction = Destruction(
            of: resources.filter { $0.sharedRoot == resource.name }, catalogue: catalogue)
        self.users = users
        let declared =
            topology.declares(resource)
            ? [
                "the world '\(resource.world)' declares the shared '\(resource.name)'"
                    + (topology.origins[.world, resource.world].map { " (\($0))" } ?? "")
                    + ": take it out of its 'shared' first, or it would be made again"
            ] : []
        refusals =
            declared
            + users.map { user in
                "\(user.instance) uses it as '\(user.name)': deploy a version there that does not require it, or "
                    + "`deployd destroy \(user.instance.application) --target \(user.instance.target)`"
            }
    }
}

extension Resource {
    /// The name in its world's `shared` that it is, or is made for; nil: it is an instance's.
    public var sharedRoot: String? { instance == nil ? String(name.prefix { $0 != "." }) : nil }
}

extension Topology {
    /// Whether the world of a shared resource still has it among its `shared`.
    func declares(_ resource: Resource) -> Bool {
        guard let root = resource.sharedRoot else { return false }
        return worlds[resource.world]?.shared[root] != nil
    }

    /// What became of a shared resource's declaration, for people; nil when it is there, or the resource goes anyway.
    public func detachment(of resource: Resource) -> String? {
        guard let root = resource.sharedRoot, !declares(resource),
            ![.deleting, .deleted, .retained].contains(resource.status)
        else { return nil }
        return "the world '\(resource.world)' no longer declares it; it stays until somebody says "
            + "`deployd resource destroy \(root) --world \(resource.world)`"
    }
}
