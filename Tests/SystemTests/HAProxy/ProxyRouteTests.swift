import Core
import Testing

@testable import System

/// The configuration for entrypoints with host names.
struct ProxyRouteTests {
    private func address(_ port: Int, _ host: String = "127.0.0.1") throws -> ProxyAddress {
        try #require(ProxyAddress(host: host, port: port))
    }

    private func route(_ host: String, _ certificate: String? = nil) throws -> ProxyRoute {
        let https = try address(8443)
        return ProxyRoute(
            host: host, http: try address(80),
            https: certificate.map { ProxyRoute.Encryption(address: https, certificate: $0) })
    }

    private var entrypoints: [ProxyEntrypoint] {
        get throws {
            [
                ProxyEntrypoint(
                    name: "hello.a.web", route: try route("hello.example.com", "2027-01-01-ab"),
                    servers: [.a: .active([try address(4001)])]),
                ProxyEntrypoint(
                    name: "hello.a.admin", route: try route("hello.example.com", "2026-01-01-ff"), path: "/admin",
                    allowed: ["10.0.0.0/8", "2001:db8::/32"]),
                ProxyEntrypoint(name: "old.a.web", servers: [.b: .draining([try address(4002)])]),
                ProxyEntrypoint(name: "plain.a.web", route: try route("plain.example.com"), allowed: []),
                ProxyEntrypoint(name: "own.a.web", listen: try address(3042), path: "/x"),
            ]
        }
    }

    @Test func rendersHostsPathsAndGates() throws {
        let text = ProxyConfiguration(try entrypoints).text
        let start = try #require(text.firstRange(of: "# entrypoint"))
        let list = ProxySharedListener.all(of: try entrypoints)[1]
        #expect(
            String(text[start.lowerBound...]) == """
                # entrypoint {"allowed":["10.0.0.0/8","2001:db8::/32"],"name":"hello.a.admin","path":"/admin",\
                "route":{"host":"hello.example.com","http":{"host":"127.0.0.1","port":80},"https":{"certificate":\
                "2026-01-01-ff","host":"127.0.0.1","port":8443}}}
                backend hello.a.admin
                    acl allowed src 10.0.0.0/8 2001:db8::/32
                    http-request deny deny_status 403 content-type text/plain string "not allowed from here\\n" unless allowed
                    http-request redirect location https://hello.example.com:8443%[pathq] code 308 unless { ssl_fc }
                    http-request disable-l7-retry unless { method GET HEAD OPTIONS }
                    server a 127.0.0.1:1 disabled
                    server b 127.0.0.1:1 disabled

                # entrypoint {"a":{"draining":false,"host":"127.0.0.1","port":4001},"name":"hello.a.web",\
                "route":{"host":"hello.example.com","http":{"host":"127.0.0.1","port":80},"https":{"certificate":\
                "2027-01-01-ab","host":"127.0.0.1","port":8443}}}
                backend hello.a.web
                    http-request redirect location https://hello.example.com:8443%[pathq] code 308 unless { ssl_fc }
                    http-request disable-l7-retry unless { method GET HEAD OPTIONS }
                    server a 127.0.0.1:4001
                    server b 127.0.0.1:1 disabled

                # entrypoint {"b":{"draining":true,"host":"127.0.0.1","port":4002},"name":"old.a.web"}
                backend old.a.web
                    http-request disable-l7-retry unless { method GET HEAD OPTIONS }
                    server a 127.0.0.1:1 disabled
                    server b 127.0.0.1:4002 weight 0

                # entrypoint {"host":"127.0.0.1","name":"own.a.web","path":"/x","port":3042}
                frontend in:own.a.web
                    bind 127.0.0.1:3042
                    http-request set-header X-Forwarded-Proto http
                    http-request set-var(txn.path) path,concat(/)
                    use_backend own.a.web if { var(txn.path) -m beg /x/ }
                    default_backend out:nothing

                backend own.a.web
                    http-request disable-l7-retry unless { method GET HEAD OPTIONS }
                    server a 127.0.0.1:1 disabled
                    server b 127.0.0.1:1 disabled

                # entrypoint {"allowed":[],"name":"plain.a.web","route":{"host":"plain.example.com",\
                "http":{"host":"127.0.0.1","port":80}}}
                backend plain.a.web
                    http-request deny deny_status 403 content-type text/plain string "not allowed from here\\n"
                    http-request disable-l7-retry unless { method GET HEAD OPTIONS }
                    server a 127.0.0.1:1 disabled
                    server b 127.0.0.1:1 disabled

                frontend shared:127.0.0.1:80
                    bind 127.0.0.1:80
                    http-request set-header X-Forwarded-Proto http
                    http-request set-var(txn.host) req.hdr(host),field(1,:),lower
                    http-request set-var(txn.path) path,concat(/)
                    use_backend hello.a.admin if { var(txn.host) -m str hello.example.com } { var(txn.path) -m beg /admin/ }
                    use_backend hello.a.web if { var(txn.host) -m str hello.example.com }
                    use_backend plain.a.web if { var(txn.host) -m str plain.example.com }
                    default_backend out:nothing

                frontend shared:127.0.0.1:8443
                    bind 127.0.0.1:8443 ssl crt-list certificates/\(list.certificateListName) alpn h2,http/1.1 ssl-min-ver TLSv1.2
                    http-request set-header X-Forwarded-Proto https
                    http-request set-var(txn.host) req.hdr(host),field(1,:),lower
                    http-request set-var(txn.path) path,concat(/)
                    use_backend hello.a.admin if { var(txn.host) -m str hello.example.com } { var(txn.path) -m beg /admin/ }
                    use_backend hello.a.web if { var(txn.host) -m str hello.example.com }
                    default_backend out:nothing

                backend out:nothing
                    http-request return status 404 content-type text/plain string "nothing answers this host and path\\n"

                """)
        // Of two certificates for one host the one that lasts longer.
        #expect(list.certificateList == "certificates/2027-01-01-ab.pem hello.example.com\n")
        #expect(try ProxyConfiguration.parse(text) == ProxyConfiguration(try entrypoints))
        try ProxyConfiguration(try entrypoints).check()
    }

    @Test func manyNetworksFitHAProxysLines() throws {
        var one = ProxyEntrypoint(name: "a.b.c", listen: try address(1))
        one.allowed = (0..<45).map { "10.0.\($0).0/24" }
        let lines = ProxyConfiguration([one]).text.split(separator: "\n").filter { $0.contains("acl allowed") }
        #expect(lines.map { $0.split(separator: " ").count } == [23, 23, 8])
    }

    @Test func refusesWhatCannotBeBeside() throws {
        let web = ProxyEntrypoint(name: "a.a.web", route: try route("x.example.com", "c"), path: "/api")
        let message = "the entrypoints a.a.web and b.a.web would both answer x.example.com/api"
        let others: [(ProxyEntrypoint, String?)] = [
            (ProxyEntrypoint(name: "b.a.web", route: try route("x.example.com"), path: "/api"), message),
            (ProxyEntrypoint(name: "b.a.web", route: try route("x.example.com"), path: "/api2"), nil),
            (ProxyEntrypoint(name: "b.a.web", route: try route("y.example.com"), path: "/api"), nil),
            (
                ProxyEntrypoint(
                    name: "b.a.web", route: ProxyRoute(host: "x.example.com", http: try address(81)), path: "/api"), nil
            ),
            (
                ProxyEntrypoint(name: "b.a.web", listen: try address(80)),
                "the entrypoints a.a.web and b.a.web both have 127.0.0.1:80, for different uses"
            ),
            (
                ProxyEntrypoint(name: "b.a.web", route: ProxyRoute(host: "y.example.com", http: try address(8443))),
                "the entrypoints a.a.web and b.a.web both have 127.0.0.1:8443, for different uses"
            ),
        ]
        let found = others.map { other, _ -> String? in
            do throws(DeploydError) {
                try ProxyConfiguration([web, other]).check()
                return nil
            } catch {
                return error.message
            }
        }
        #expect(found == others.map(\.1))
        let bad = [
            ProxyEntrypoint(name: "a", route: try route("X.example.com")),
            ProxyEntrypoint(name: "a", route: try route("x example.com")),
            ProxyEntrypoint(name: "a", route: try route("x\n    bind :80")),
            ProxyEntrypoint(name: "a", route: try route("x", "c/../d")),
            ProxyEntrypoint(name: "a", listen: try address(1), path: "x"),
            ProxyEntrypoint(name: "a", listen: try address(1), path: "/x }"),
            ProxyEntrypoint(name: "a", listen: try address(1), path: "/x/"),
            ProxyEntrypoint(name: "a", listen: try address(1), allowed: ["any or TRUE"]),
        ]
        for entrypoint in bad {
            #expect(throws: DeploydError.self) { try ProxyConfiguration([entrypoint]).check() }
        }
    }
}
