public import Core

/// A part of addresses that entrypoints share: the requests for one host.
public struct ProxyRoute: Sendable, Hashable {
    public struct Encryption: Sendable, Hashable {
        public let address: ProxyAddress
        /// The certificate's name. Of several for one host the greatest is shown.
        public let certificate: String

        public init(address: ProxyAddress, certificate: String) {
            self.address = address
            self.certificate = certificate
        }
    }

    /// In lower case.
    public let host: String
    /// Where plain HTTP comes in; with encryption it is redirected.
    public let http: ProxyAddress
    public let https: Encryption?

    public init(host: String, http: ProxyAddress, https: Encryption? = nil) {
        self.host = host
        self.http = http
        self.https = https
    }

    /// Every address that it needs to be listened on.
    public var addresses: [ProxyAddress] { [http] + (https.map { [$0.address] } ?? []) }

    /// Where what came unencrypted is sent.
    var secureURL: String? {
        https.map { "https://\(host)\($0.address.port == 443 ? "" : ":\($0.address.port)")" }
    }
}

/// A certificate with its chain and key, as HAProxy reads it.
public struct ProxyCertificate: Sendable, Hashable {
    /// 1 to 100 of `A-Z a-z 0-9 . _ -`.
    public let name: String
    public let pem: Secret

    public init(name: String, pem: Secret) {
        self.name = name
        self.pem = pem
    }
}
