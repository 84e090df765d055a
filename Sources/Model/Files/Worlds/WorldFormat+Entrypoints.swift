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

    /// What only a host has, or only a cluster.
    static func check(_ place: Place, in world: World) {
        for entry in place.node.mapping ?? [] where world.isCluster {
            guard [listen.name, httpPort.name, httpsPort.name].contains(entry.key) else { continue }
            place.fail(
                key: entry, "is a host's; on a cluster requests come in where its Ingresses or load balancers do")
        }
        let tls = place[tls.name]
        for entry in tls.node.mapping ?? [] {
            switch entry.key {
            case CertificateFormat.secretName.name where !world.isCluster:
                tls.fail(key: entry, "is for clusters (deploy:kubernetes); on a host write certificate and key")
            case CertificateFormat.secretName.name where world.kubernetes?.exposure == .loadBalancer:
                tls.fail(
                    key: entry, "a load balancer passes connections on as they are; TLS is for 'exposure: ingress'")
            case CertificateFormat.certificate.name where world.isCluster,
                CertificateFormat.key.name where world.isCluster:
                tls.fail(key: entry, "is for hosts; on a cluster write secretName: the secret of its namespace")
            default: break
            }
        }
    }

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
                httpsPort: https, tlsSecret: reader[tls]?.secretName),
            certificate: reader[tls]?.certificate)
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
    static let secretName = Field(
        "secretName", .string(.objectName), "On a cluster: the secret of its namespace that holds certificate and key")
    private static let unbuilt = [
        UnbuiltField("certificateArn", "A cloud's certificate")
    ]

    /// Where the certificate is, in one of two ways.
    struct Written: Sendable {
        var certificate: CertificateText?
        var secretName: String?
    }

    /// What may be referred to.
    static let scope = ReferenceScope(["env:*", "file:*"])

    static let shape = Shape<Written>.mapping([certificate, key, secretName] + unbuilt) { reader in
        let isElsewhere = reader.has(secretName) || unbuilt.contains { reader.place.node[$0.declaration.name] != nil }
        for (field, what) in [(certificate, "its certificate"), (key, "its private key")] {
            guard reader.has(field) else {
                if !isElsewhere { reader.place(of: field).fail("missing: expected \(what)") }
                continue
            }
            if let text = reader[field] { reader.place(of: field).check(text, in: scope) }
        }
        var written = Written(secretName: reader[secretName])
        if let certificate = reader[certificate], let key = reader[key] {
            written.certificate = CertificateText(certificate: certificate, key: key)
        }
        return written
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
