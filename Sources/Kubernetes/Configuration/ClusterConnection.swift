public import Core

/// How to reach one API server, and as whom.
public struct ClusterConnection: Sendable {
    /// For messages: `context prod of /home/me/.kube/config`.
    public let name: String
    /// `http` or `https`, without a `/` at its end. It may have a path.
    public let server: String
    /// Who may vouch for the server; nil for the system's authorities.
    public let authorities: PEMSource?
    /// The name that the server's certificate must have, when it is not the URL's host.
    public let serverName: String?
    public let verifiesServer: Bool
    /// The proxy's URL; nil for what the environment says.
    public let proxy: String?
    public let credential: CredentialSource
    /// As whom to act, as headers.
    public let impersonation: [Impersonation]
    /// Where objects go that name no namespace.
    public let namespace: String

    public struct Impersonation: Sendable, Hashable {
        public let header: String
        public let value: String

        public init(header: String, value: String) {
            self.header = header
            self.value = value
        }
    }

    public init(
        name: String, server: String, authorities: PEMSource? = nil, serverName: String? = nil,
        verifiesServer: Bool = true, proxy: String? = nil,
        credential: CredentialSource = CredentialSource(),
        impersonation: [Impersonation] = [], namespace: String = "default"
    ) {
        self.name = name
        self.server = server
        self.authorities = authorities
        self.serverName = serverName
        self.verifiesServer = verifiesServer
        self.proxy = proxy
        self.credential = credential
        self.impersonation = impersonation
        self.namespace = namespace
    }
}

/// Where what proves who we are comes from.
public struct CredentialSource: Sendable {
    public enum Authorization: Sendable {
        case token(Secret)
        /// The file's content, read again every minute and whenever the server refuses it.
        case tokenFile(String)
        case basic(user: String, password: Secret)
        case plugin(ExecPlugin)
    }

    public var authorization: Authorization?
    public var certificate: PEMSource?
    public var key: PEMSource?

    public init(
        authorization: Authorization? = nil, certificate: PEMSource? = nil, key: PEMSource? = nil
    ) {
        self.authorization = authorization
        self.certificate = certificate
        self.key = key
    }
}
