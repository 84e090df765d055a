/// A stable address, and the one or two servers behind it: the version that serves, and one that comes or goes.
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
    public let listen: ProxyAddress
    public var servers: [Slot: Server]
    /// How many requests a server is given at once; the others wait in HAProxy.
    public var maximumConnections: Int?
    /// How long a server that drains may take.
    public var drain: Duration

    public init(
        name: String, listen: ProxyAddress, servers: [Slot: Server] = [:], maximumConnections: Int? = nil,
        drain: Duration = .seconds(30)
    ) {
        self.name = name
        self.listen = listen
        self.servers = servers
        self.maximumConnections = maximumConnections
        self.drain = drain
    }

    public subscript(slot: Slot) -> Server {
        get { servers[slot] ?? .empty }
        set { servers[slot] = newValue == .empty ? nil : newValue }
    }

    /// The slot that gets new requests.
    public var activeSlot: Slot? {
        Slot.allCases.first { if case .active = self[$0] { true } else { false } }
    }

    static func isName(_ text: String) -> Bool {
        (1...100).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "._-".utf8.contains(byte)
                }
            }
    }
}
