public import Crypto

/// Where the services of a world are reached by host name: one address for all of them, on this host; on a cluster as its
/// Ingresses have it.
public struct WorldEntrypoints: Sendable, Equatable {
    public static let defaultListen = "127.0.0.1"
    public static let defaultHTTPPort = 80
    public static let defaultHTTPSPort = 443

    /// Below it each service has a host name of its own; nil: only those that name a host are reached by one.
    public var domain: String?
    /// An IPv4 or IPv6 address of this host.
    public var listen: String
    public var httpPort: Int
    public var httpsPort: Int
    public var certificate: ServerCertificate?
    /// A cluster's secret that holds the certificate.
    public var tlsSecret: String?

    public init(
        domain: String? = nil, listen: String = defaultListen, httpPort: Int = defaultHTTPPort,
        httpsPort: Int = defaultHTTPSPort, certificate: ServerCertificate? = nil,
        tlsSecret: String? = nil
    ) {
        self.domain = domain
        self.listen = listen
        self.httpPort = httpPort
        self.httpsPort = httpsPort
        self.certificate = certificate
        self.tlsSecret = tlsSecret
    }
}
