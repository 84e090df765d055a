public import Crypto

/// How the outside is to reach a workload, as its file and its world have it together.
public struct WorkloadEntrypoint: Sendable, Hashable {
    /// Where requests for a host name come in.
    public struct Route: Sendable, Hashable {
        /// In lower case.
        public let host: String
        /// An address of this host, shared by all that name it.
        public let listen: String
        public let httpPort: Int
        public let httpsPort: Int
        /// Nil: it is reached by plain HTTP.
        public let certificate: ServerCertificate?
        /// The secret of a cluster that holds its certificate; nil as `certificate`.
        public let tlsSecret: String?

        public init(
            host: String, listen: String, httpPort: Int, httpsPort: Int, certificate: ServerCertificate?,
            tlsSecret: String? = nil
        ) {
            self.host = host
            self.listen = listen
            self.httpPort = httpPort
            self.httpsPort = httpsPort
            self.certificate = certificate
            self.tlsSecret = tlsSecret
        }
    }

    /// The named port behind it.
    public let port: String
    /// Below which path it answers: `/`, or one that does not end with it.
    public let path: String
    /// Nil: it has an address of its own: on a cluster a load balancer's.
    public let route: Route?
    /// Networks whose clients may reach it; nil: everyone.
    public let allowed: [String]?

    public init(port: String, path: String = "/", route: Route? = nil, allowed: [String]? = nil) {
        self.port = port
        self.path = path
        self.route = route
        self.allowed = allowed
    }

    /// What it is reached by; nil where it has an address of its own, which only its driver knows.
    public var url: String? { route.map { "\($0.url)\(suffix)" } }

    /// What follows the address in a URL.
    public var suffix: String { path == "/" ? "" : path }
}

extension WorkloadEntrypoint.Route {
    public var isEncrypted: Bool { certificate != nil || tlsSecret != nil }

    /// Without a path.
    public var url: String {
        if isEncrypted { return "https://\(host)\(httpsPort == 443 ? "" : ":\(httpsPort)")" }
        return "http://\(host)\(httpPort == 80 ? "" : ":\(httpPort)")"
    }
}
