import Core
public import Formats
import Glibc

/// `entrypoints:` of a world.
enum WorldEntrypointsFormat {
    /// What is written; the certificate is read once it is known what its texts refer to.
    struct Written: Sendable {
        let entrypoints: WorldEntrypoints
        let certificate: CertificateText?
    }

    private static let domain = Field(
        "domain", .hostName, "Each service without a host of its own is reached as APPLICATION.DOMAIN")
    private static let listen = Field(
        "listen", .string(.ipAddress), "The address of this host where host names are served; default 127.0.0.1")
    private static let httpPort = Field("httpPort", .port, "The port for plain HTTP there; default 80")
    private static let httpsPort = Field("httpsPort", .port, "The port for TLS there; default 443")
    static let tls = Field("tls", CertificateFormat.shape, "The certificate of its host names")

    static let shape = Shape<Written>.mapping([domain, listen, httpPort, httpsPort, tls]) { reader in
        let http = reader[httpPort] ?? WorldEntrypoints.defaultHTTPPort
        let https = reader[httpsPort] ?? WorldEntrypoints.defaultHTTPSPort
        if http == https {
            reader.place(of: reader.has(httpsPort) ? httpsPort : httpPort)
                .fail("httpPort and httpsPort are both \(http)")
        }
        return Written(
            entrypoints: WorldEntrypoints(
                domain: reader[domain], listen: reader[listen] ?? WorldEntrypoints.defaultListen, httpPort: http,
                httpsPort: https),
            certificate: reader[tls])
    }
}

/// A certificate as a world file has it.
public struct CertificateText: Sendable, Equatable {
    /// PEM, or where it is.
    public let certificate: Template
    public let key: Template
}

/// `tls:` of a world's `entrypoints:`.
enum CertificateFormat {
    static let certificate = Field(
        "certificate", .template, "PEM, the server's own certificate first: ${file:PATH} or ${env:NAME}")
    static let key = Field("key", .template, "Its private key, without a passphrase: ${file:PATH} or ${env:NAME}")
    private static let unbuilt = [
        UnbuiltField("secretName", "A cluster's secret that holds the certificate"),
        UnbuiltField("certificateArn", "A cloud's certificate"),
    ]

    /// What may be referred to.
    static let scope = ReferenceScope(["env:*", "file:*"])

    static let shape = Shape<CertificateText>.mapping([certificate, key] + unbuilt) { reader in
        let isElsewhere = unbuilt.contains { reader.place.node[$0.declaration.name] != nil }
        for (field, what) in [(certificate, "its certificate"), (key, "its private key")] {
            guard reader.has(field) else {
                if !isElsewhere { reader.place(of: field).fail("missing: expected \(what)") }
                continue
            }
            if let text = reader[field] { reader.place(of: field).check(text, in: scope) }
        }
        guard let certificate = reader[certificate], let key = reader[key] else { return nil }
        return CertificateText(certificate: certificate, key: key)
    }
}

/// An entry of `gates:`.
enum GateFormat {
    private static let maximum = 500
    private static let allow = Field(
        "allow", .list(of: .network, minimum: 1).checked(atMost: maximum), required: true,
        "Networks whose clients may come in, such as 203.0.113.0/24 or 2001:db8::/32")

    static let shape = Shape<[Network]>.mapping([allow]) { $0[allow] }
}

extension Shape where Value == Network {
    fileprivate static let network = Shape<String>.text.networks
}

extension Shape where Value == String {
    fileprivate var networks: Shape<Network> {
        let expected = "a network"
        return Shape<Network>(.scalar(expected: expected, json: ["type": "string"])) { place in
            guard let text = read(place) else { return nil }
            switch Network.parse(text) {
            case .success(let network): return network
            case .failure(let mistake):
                let hint = mistake.meant.map { "its network is \($0)" }
                place.fail(
                    "'\(text)': \(hint ?? "use an address or a network, such as 203.0.113.0/24 or 2001:db8::/32")")
                return nil
            }
        }
    }
}

extension TextRule {
    /// An address of this host.
    fileprivate static let ipAddress = TextRule(
        expected: "an address", rule: "use an IPv4 or IPv6 address in numbers", pattern: nil
    ) { text in
        var buffer = in6_addr()
        return inet_pton(AF_INET, text, &buffer) == 1 || inet_pton(AF_INET6, text, &buffer) == 1
    }
}
