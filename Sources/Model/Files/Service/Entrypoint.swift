/// How the outside reaches a service, as it is written.
public struct Entrypoint: Sendable, Hashable {
    /// The named port behind it.
    public let port: String
    /// The host name that it answers to, in lower case; nil: `APPLICATION.DOMAIN` of the world, or an address of its own.
    public let host: String?
    /// Below which path it answers: `/`, or one that does not end with it.
    public let path: String
    /// Nil: where the world has a certificate.
    public let isEncrypted: Bool?
    /// The world's gates, any of which lets a client in; none: everyone.
    public let gates: [String]

    public init(
        port: String, host: String? = nil, path: String = "/", isEncrypted: Bool? = nil, gates: [String] = []
    ) {
        self.port = port
        self.host = host
        self.path = path
        self.isEncrypted = isEncrypted
        self.gates = gates
    }
}
