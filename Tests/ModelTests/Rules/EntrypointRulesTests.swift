import Core
import Crypto
import Formats
import Model
import TestSupport
import Testing

struct EntrypointRulesTests {
    private static let certificate = try? ServerCertificate(
        chain: Secret(TestCertificate.chain), key: Secret(TestCertificate.key))

    private func world(_ domain: String? = nil, encrypted: Bool = false, ports: (Int, Int) = (80, 443)) -> World {
        World(
            name: "here",
            entrypoints: WorldEntrypoints(
                domain: domain, httpPort: ports.0, httpsPort: ports.1,
                certificate: encrypted ? Self.certificate : nil))
    }

    private func urls(_ world: World, _ entrypoints: [String: Entrypoint]) -> [String: String?] {
        EntrypointRules(world: world, application: "hello").settle(entrypoints).entrypoints.mapValues(\.url)
    }

    /// What a service is reached by, for each kind of world and entrypoint; nil: an address of its own.
    @Test func addresses() throws {
        let (plain, domain) = (world(), world("dev.example.com"))
        let (secure, odd) = (
            world("dev.example.com", encrypted: true), world("dev.example.com", encrypted: true, ports: (8080, 8443))
        )
        let short = Entrypoint(port: "http")
        let hosted = Entrypoint(port: "http", host: "x.dev.example.com", path: "/api")
        let open = Entrypoint(port: "http", isEncrypted: false)
        let found = [plain, domain, secure, odd].map { world in
            [short, hosted, open].map { urls(world, ["web": $0])["web"] ?? nil }
        }
        #expect(
            found == [
                [nil, "http://x.dev.example.com/api", nil],
                [
                    "http://hello.dev.example.com", "http://x.dev.example.com/api", "http://hello.dev.example.com",
                ],
                [
                    "https://hello.dev.example.com", "https://x.dev.example.com/api",
                    "http://hello.dev.example.com",
                ],
                [
                    "https://hello.dev.example.com:8443", "https://x.dev.example.com:8443/api",
                    "http://hello.dev.example.com:8080",
                ],
            ])
    }

    @Test func gatesAreAUnion() throws {
        var world = world()
        world.gates = try Self.gates
        let settled = EntrypointRules(world: world, application: "hello").settle([
            "a": Entrypoint(port: "http", gates: ["office", "home"]), "b": Entrypoint(port: "http"),
        ])
        #expect(settled.entrypoints["a"]?.allowed == ["10.0.0.0/8", "2001:db8::/32", "203.0.113.7/32"])
        #expect(settled.entrypoints["b"]?.allowed == nil && settled.problems.isEmpty)
        #expect(
            settled.entrypoints.inputs == ["a": ["allowed": ["10.0.0.0/8", "2001:db8::/32", "203.0.113.7/32"]]])
        let other = EntrypointRules(world: world, application: "hello").settle(["b": Entrypoint(port: "http")])
        #expect(other.entrypoints.inputs == nil)
    }

    @Test func whatCannotBeIsNamed() throws {
        var gated = world("dev.example.com", encrypted: true)
        gated.gates = try Self.gates
        let cases: [(World, [String: Entrypoint], [String])] = [
            (
                gated, ["web": Entrypoint(port: "http", gates: ["offce", "garden"])],
                [
                    "entrypoints.web.gates: the world 'here' has no gate 'offce'; did you mean 'office'?",
                    "entrypoints.web.gates: the world 'here' has no gate 'garden'; it has home, office",
                ]
            ),
            (
                world(), ["web": Entrypoint(port: "http", isEncrypted: true, gates: ["office"])],
                [
                    "entrypoints.web.gates: the world 'here' has no gate 'office'; it has none",
                    "entrypoints.web.tls: needs a host name: give it 'host', or the world 'here' a domain",
                ]
            ),
            (
                world("dev.example.com"), ["web": Entrypoint(port: "http", isEncrypted: true)],
                ["entrypoints.web.tls: the world 'here' has no certificate (entrypoints.tls in its file)"]
            ),
            (
                gated, ["web": Entrypoint(port: "http", host: "hello.example.org")],
                [
                    "entrypoints.web.tls: the certificate of the world 'here' is not for hello.example.org (it is for "
                        + "*.dev.example.com, dev.example.com); write 'tls: false' to serve it by plain HTTP"
                ]
            ),
            (gated, ["web": Entrypoint(port: "http", host: "hello.example.org", isEncrypted: false)], []),
            (
                gated, ["web": Entrypoint(port: "http"), "admin": Entrypoint(port: "admin")],
                [
                    "entrypoints.admin and entrypoints.web would both answer hello.dev.example.com/: "
                        + "give each a 'host' or 'path' of its own"
                ]
            ),
            (gated, ["web": Entrypoint(port: "http"), "admin": Entrypoint(port: "admin", path: "/admin")], []),
            (world(), ["web": Entrypoint(port: "http"), "admin": Entrypoint(port: "admin")], []),
        ]
        #expect(
            cases.map { EntrypointRules(world: $0.0, application: "hello").settle($0.1).problems } == cases.map(\.2))
    }

    private func cluster(
        _ domain: String? = nil, tlsSecret: String? = nil, exposure: KubernetesSettings.Exposure = .ingress
    ) -> World {
        var world = World(
            name: "live", capabilities: [.deployKubernetes],
            entrypoints: WorldEntrypoints(domain: domain, tlsSecret: tlsSecret))
        world.kubernetes = KubernetesSettings(access: .inCluster, exposure: exposure)
        return world
    }

    /// On a cluster: the addresses, and what stands against them.
    @Test func clusters() throws {
        func settled(_ world: World, _ keys: String) throws -> [String] {
            let text = "service: hello\nports: { http: 1 }\n\(keys)"
            let service = try ServiceFile.parse(Array(text.utf8)).get()
            let settled = EntrypointRules(world: world, application: "hello").settle(service)
            let addresses = settled.entrypoints.sorted { $0.key < $1.key }.map { name, entrypoint in
                "\(name) \(entrypoint.url ?? "-") \(entrypoint.route?.tlsSecret ?? "-")"
            }
            return addresses + settled.problems
        }
        let (bare, balanced) = (cluster(), cluster(exposure: .loadBalancer))
        let (plain, secure) = (cluster("example.com"), cluster("example.com", tlsSecret: "tls"))
        let needsHost =
            "entrypoints.web.host: a cluster's entrypoint needs a host name: give it 'host', or the world 'live' a domain "
            + "(entrypoints.domain in its file)"
        let needsDomain =
            "'${entrypoints.web.url}': on a cluster there is no entrypoint by default; declare it under 'entrypoints' with "
            + "a 'host', or give the world 'live' a domain"
        let noSecret =
            "entrypoints.web.tls: the world 'live' has no certificate: entrypoints.tls.secretName in its file names the "
            + "secret that holds it"
        let noIngress = "; this needs a world with 'exposure: ingress', and 'live' has loadBalancer"
        let url = "env: { URL: \"${entrypoints.web.url}\" }"
        func web(_ more: String) -> String { "entrypoints: { web: { port: http\(more) } }" }
        let cases: [(World, String, [String])] = [
            (bare, "", []), (bare, url, [needsDomain]), (bare, web(""), ["web - -", needsHost]),
            (bare, web(", host: a.org"), ["web http://a.org -"]),
            (bare, web(", host: a.org, tls: true"), ["web http://a.org -", noSecret]),
            (plain, url, ["web http://hello.example.com -"]), (secure, "", ["web https://hello.example.com tls"]),
            (secure, web(", host: a.org, path: /b, tls: true"), ["web https://a.org/b tls"]),
            (secure, web(", tls: false"), ["web http://hello.example.com -"]),
            (balanced, "", []), (balanced, web(""), ["web - -"]),
            (
                balanced, web(", path: /b, tls: true"),
                [
                    "web - -", "entrypoints.web.path: a load balancer passes on all paths" + noIngress,
                    "entrypoints.web.tls: a load balancer passes connections on as they are" + noIngress,
                ]
            ),
        ]
        #expect(try cases.map { try settled($0.0, $0.1) } == cases.map(\.2))
    }

    /// What makes an instance outdated: what reaches it, and no more.
    @Test func inputs() throws {
        func inputs(_ world: World, _ entrypoint: Entrypoint) -> JSONValue? {
            EntrypointRules(world: world, application: "hello").settle(["web": entrypoint]).entrypoints.inputs
        }
        let open = Entrypoint(port: "http", isEncrypted: false)
        #expect(inputs(world(), open) == nil)
        let plain: JSONValue = [
            "web": ["host": "hello.dev.example.com", "listen": "127.0.0.1", "httpPort": 80]
        ]
        #expect(inputs(world("dev.example.com"), open) == plain)
        #expect(inputs(world("dev.example.com", encrypted: true), open) == plain)
        #expect(inputs(world("dev.example.com", encrypted: true), Entrypoint(port: "http")) != plain)
    }

    private static var gates: [String: [Network]] {
        get throws {
            let text = """
                world: x
                gates:
                  office: { allow: [10.0.0.0/8, 203.0.113.7] }
                  home: { allow: ["2001:db8::/32", 10.0.0.0/8] }

                """
            guard case .world(let world, _, _)? = try WorldFile.parse(Array(text.utf8), file: "w").get().documents.first
            else { return [:] }
            return world.gates
        }
    }
}
