/// What clients reach, and the servers behind it: those of the version that serves, and of one that comes or goes.
public struct ProxyEntrypoint: Sendable, Hashable {
    /// Where the servers of a version may stand.
    public enum Slot: String, Sendable, Hashable, CaseIterable {
        case a, b

        public var other: Slot { self == .a ? .b : .a }
    }

    /// What stands in a slot.
    public enum Server: Sendable, Hashable {
        case empty
        /// They get new requests, one after the other.
        case active([ProxyAddress])
        /// They finish the requests and WebSockets that they have.
        case draining([ProxyAddress])

        public var addresses: [ProxyAddress] {
            switch self {
            case .empty: []
            case .active(let addresses), .draining(let addresses): addresses
            }
        }

        /// The one at a place among them; empty where there is none.
        subscript(index: Int) -> Server {
            guard addresses.indices.contains(index) else { return .empty }
            switch self {
            case .empty: return .empty
            case .active(let addresses): return .active([addresses[index]])
            case .draining(let addresses): return .draining([addresses[index]])
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
    /// Active servers that do not answer: they get no new requests as long as another is well.
    public var unwell: Set<ProxyAddress> = []
    /// For how many servers each slot has room.
    public var replicas: Int
    /// How many requests a server is given at once; the others wait in HAProxy.
    public var maximumConnections: Int?

    public init(
        name: String, listen: ProxyAddress? = nil, route: ProxyRoute? = nil, path: String = "/",
        allowed: [String]? = nil, servers: [Slot: Server] = [:], replicas: Int = 1,
        maximumConnections: Int? = nil
    ) {
        self.name = name
        self.listen = listen
        self.route = route
        self.path = path
        self.allowed = allowed
        self.servers = servers
        self.replicas = replicas
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

    /// As the server at a place in a slot is to be for HAProxy. Where all are unwell, all get requests: one may recover.
    func server(_ index: Int, in slot: Slot) -> Server {
        guard case .active(let addresses) = self[slot], addresses.indices.contains(index),
            unwell.contains(addresses[index]), !addresses.allSatisfy(unwell.contains)
        else { return self[slot][index] }
        return .draining([addresses[index]])
    }

    /// The names that HAProxy has for a slot's servers.
    func serverNames(in slot: Slot) -> [String] {
        (0..<replicas).map { $0 == 0 ? slot.rawValue : "\(slot.rawValue)\($0 + 1)" }
    }

    /// Every address that it needs to be listened on.
    var addresses: [ProxyAddress] { (listen.map { [$0] } ?? []) + (route?.addresses ?? []) }
}
