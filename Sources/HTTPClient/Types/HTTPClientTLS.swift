/// Whom to trust, and as whom to come. Left out: the system's authorities, no client certificate, the URL's host.
public struct HTTPClientTLS: Sendable {
    /// Where PEM comes from.
    public enum Source: Sendable {
        case file(String)
        case pem([UInt8])
    }

    /// The authorities that may vouch for the server, instead of the system's.
    public var authorities: Source?
    public var clientCertificate: Source?
    public var clientKey: Source?
    /// The name that the certificate must have, when it is not the URL's host.
    public var serverName: String?
    /// False only where somebody asked for it: then anybody may pose as the server.
    public var verifiesServer: Bool

    public init(
        authorities: Source? = nil, clientCertificate: Source? = nil, clientKey: Source? = nil,
        serverName: String? = nil, verifiesServer: Bool = true
    ) {
        self.authorities = authorities
        self.clientCertificate = clientCertificate
        self.clientKey = clientKey
        self.serverName = serverName
        self.verifiesServer = verifiesServer
    }
}

extension HTTPClientTLS: CustomStringConvertible, CustomReflectable {
    /// Says nothing about the key.
    public var description: String { "HTTPClientTLS(serverName: \(serverName ?? "the URL's"))" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}
