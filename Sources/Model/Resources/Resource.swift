public import Core

/// Something that an instance requires, or that a world has for all of its instances, made by a capability's driver from a
/// published definition.
public struct Resource: Sendable, Equatable {
    public enum Status: String, Sendable, CaseIterable {
        case pending, provisioning, ready, updating, deleting, deleted, failed
        /// Its instance was destroyed, and it was not; one that is made anew finds it again by its name.
        case retained
        /// It was made and is not there any more: not deployd removed it.
        case missing
    }

    /// One output: a secret one is shown to nobody and sealed at rest.
    public enum Output: Sendable, Equatable {
        case plain(String)
        case secret(Secret)

        public var isSecret: Bool { if case .secret = self { true } else { false } }

        /// The value, secret or not, for the workload that uses it.
        public func reveal() -> String {
            switch self {
            case .plain(let text): text
            case .secret(let secret): secret.reveal()
            }
        }
    }

    public let id: String
    /// nil: the world's own, which outlives those who use it.
    public let instance: InstanceID?
    /// The name under which the service requires it; of what another resource requires, such as `users.network`.
    public let name: String
    public let world: String
    public var slug: String
    /// The resource repository that its definition comes from.
    public var repository: String
    /// The commit of that repository; nil when it is a folder.
    public var commit: String?
    public var status: Status
    public var reason: String?
    /// Checked and defaulted, as text by name; the digest of what it was made with derives from them.
    public var parameters: [String: String]
    /// Those that are shown to nobody, given and generated, sealed at rest. A generated one stays until it is rotated.
    public var secretParameters: [String: Secret]
    public var outputs: [String: Output]
    /// Digest of what it was made from last (`ResolvedRequirement.digest`); nil: not known.
    public var definition: String?
    /// What the driver needs to find it again: its own JSON, sealed at rest.
    public var state: Secret?
    public let createdAt: Timestamp
    public var changedAt: Timestamp

    /// Whether something may be there that would be lost if it became another slug's.
    public var wasMade: Bool { state != nil || !outputs.isEmpty || status == .ready || status == .updating }

    /// Whether it should be there: what is recorded says that it was made, and not that it is being made or removed.
    public var isExpected: Bool {
        wasMade && [.ready, .updating, .retained, .missing].contains(status)
    }

    /// What stands against it being served by another slug; nil when nothing does.
    public func problem(becoming slug: String) -> String? {
        guard wasMade, slug != self.slug else { return nil }
        guard instance != nil else {
            return
                "the shared '\(name)' of the world '\(world)' is a \(self.slug) and cannot become a \(slug): its data "
                + "would be lost; declare it under another name"
        }
        return "'\(name)' is a \(self.slug) and cannot become a \(slug): its data would be lost; "
            + "require it under another name"
    }

    public init(
        id: String, instance: InstanceID?, name: String, world: String, slug: String, repository: String,
        commit: String? = nil, status: Status = .pending, reason: String? = nil, parameters: [String: String] = [:],
        secretParameters: [String: Secret] = [:],
        outputs: [String: Output] = [:], definition: String? = nil, state: Secret? = nil, createdAt: Timestamp,
        changedAt: Timestamp
    ) {
        self.id = id
        self.instance = instance
        self.name = name
        self.world = world
        self.slug = slug
        self.repository = repository
        self.commit = commit
        self.status = status
        self.reason = reason
        self.parameters = parameters
        self.secretParameters = secretParameters
        self.outputs = outputs
        self.definition = definition
        self.state = state
        self.createdAt = createdAt
        self.changedAt = changedAt
    }
}
