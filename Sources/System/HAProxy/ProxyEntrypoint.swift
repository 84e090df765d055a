/// What clients reach, and the one or two servers behind it: the version that serves, and one that comes or goes.
public struct ProxyEntrypoint: Sendable, Hashable {
    /// Where a server may stand.
    public enum Slot: String, Sendable, Hashable, CaseIterable {
        case a, b

        public var other: Slot { self == .a ? .b : .a }
    }

    /// What stands in a slot.
    public enum Server: Sendable, Hashable {
        case empty
        /// Gets new requests.
        case active(ProxyAddress)
        /// Finishes the requests and WebSockets that it has.
        case draining(ProxyAddress)

        public var address: ProxyAddress? {
            switch self {
            case .empty: nil
            case .active(let address), .draining(let address): address
            }
        }
    }

    /// 1 to 100 of `A-Z a-z 0-9 . _ -`.
    public let name: String
    /// An address that nothing else has.
    public var listen: ProxyAddress?
    /// With neither, no client reaches it any more, and its servers finish what they have.
    public var route: ProxyRoute?
    /// Below which path it answers: `/`, or one that does not end with it.
    public var path: String
    /// Networks whose clients may reach it; nil: everyone.
    public var allowed: [String]?
    public var servers: [Slot: Server]
    /// How many requests a server is given at once; the others wait in HAProxy.
    public var maximumConnections: Int?

    public init(
        name: String, listen: ProxyAddress? = nil, route: ProxyRoute? = nil, path: String = "/",
        allowed: [String]? = nil, servers: [Slot: Server] = [:], maximumConnections: Int? = nil
    ) {
        self.name = name
        self.listen = listen
        self.route = route
        self.path = path
        self.allowed = allowed
        self.servers = servers
        self.maximumConnections = maximumConnections
    }

    public subscript(slot: Slot) -> Server {
        get { servers[slot] ?? .empty }
        set { servers[slot] = newValue == .empty ? nil : newValue }
    }

    /// The slot that gets new requests.
    public var activeSlot: Slot? {
        Slot.allCases.first { if case .active = self[$0] { true } else { false } }
    }

    /// Every address that it needs to be listened on.
    var addresses: [ProxyAddress] { (listen.map { [$0] } ?? []) + (route?.addresses ?? []) }
}
