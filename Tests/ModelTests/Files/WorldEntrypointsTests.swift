import Core
import Crypto
import Formats
import Model
import TestSupport
import Testing

struct WorldEntrypointsTests {
    private static let secrets = WorldSecrets { reference, file in
        let known = ["file:c.pem": TestCertificate.chain, "env:KEY": TestCertificate.key]
        guard let text = known["\(reference)"] else {
            throw DeploydError(.notFound, "\(file) has no \(reference)")
        }
        return Secret(text)
    }

    private func assembled(_ tls: String, _ secrets: WorldSecrets? = secrets) throws -> Parsed<Topology> {
        let text = "world: a\nentrypoints:\n  domain: Dev.Example.com\n  listen: \"::\"\n  tls: \(tls)\n"
        let file = WorldFile.parse(Array(text.utf8), file: "worlds/a.yaml")
        guard let value = file.value else { return Parsed(value: nil, diagnostics: file.diagnostics) }
        return Topology.assemble([value], repositories: [], secrets: secrets)
    }

    @Test func readsTheCertificate() throws {
        let good = "{ certificate: \"${file:c.pem}\", key: \"${env:KEY}\" }"
        let certificate = try ServerCertificate(
            chain: Secret(TestCertificate.chain), key: Secret(TestCertificate.key))
        let expected = WorldEntrypoints(domain: "dev.example.com", listen: "::", certificate: certificate)
        #expect(try assembled(good).get().worlds["a"]?.entrypoints == expected)
        // Where nothing is looked at, as `deployd validate` does it, nothing is missing.
        #expect(try assembled(good, nil).get().worlds["a"]?.entrypoints.certificate == nil)
    }

    @Test func saysWhatIsWrongAndWhere() throws {
        let found = try [
            "{ certificate: \"${file:d.pem}\", key: \"${env:KAY}\" }",
            "{ certificate: \"${file:c.pem}\", key: \"${file:c.pem}\" }",
            "{ certificate: \"${file:c.pem}\" }",
            "{ certificate: \"${version}\", key: \"${env:}\" }",
            "{ certificateArn: x }",
        ].map { try assembled($0).diagnostics.map { $0.description.dropFirst("worlds/".count) } }
        let way = "entrypoints.tls"
        #expect(
            found == [
                [
                    "a.yaml:5:10: \(way).certificate: worlds/a.yaml has no file:d.pem",
                    "a.yaml:5:40: \(way).key: worlds/a.yaml has no env:KAY",
                ],
                ["a.yaml:5:3: \(way): the key is not a private key in PEM, without a passphrase"],
                [
                    "a.yaml:5:8: \(way).key: missing: expected its private key"
                ],
                [
                    "a.yaml:5:24: \(way).certificate: unknown reference '${version}'; known here: env:*, file:*",
                    "a.yaml:5:43: \(way).key: '${env:}' is not a reference; write names joined by dots between '${' and "
                        + "'}', or '$${' for a literal '${'",
                ],
                ["a.yaml:5:10: \(way).certificateArn: not built yet"],
            ])
    }

    @Test func networks() throws {
        let good = [
            "10.0.0.0/8": "10.0.0.0/8", "1.2.3.4": "1.2.3.4/32", "0.0.0.0/0": "0.0.0.0/0",
            "\"2001:DB8::/32\"": "2001:db8::/32", "\"::1\"": "::1/128", "\"::/0\"": "::/0",
            "203.0.113.128/25": "203.0.113.128/25",
        ]
        let bad = [
            "10.0.0.1/8", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0", "\"::/129\"", "office",
            "\"\"", "\"2001:db8::1/32\"", "10.0.0.0/8/8", "10", "010.0.0.0/8", "\"1.2.3.4 x\"",
        ]
        func read(_ text: String) -> String? {
            let file = WorldFile.parse(Array("world: a\ngates: { g: { allow: [\(text)] } }\n".utf8), file: "w")
            guard case .world(let world, _, _)? = file.value?.documents.first else { return nil }
            return world.gates["g"]?.first?.description
        }
        #expect(good.filter { read($0.key) != $0.value }.isEmpty)
        #expect(bad.filter { read($0) != nil } == [])
    }

    @Test func hostsAndPathsOfServices() throws {
        func read(_ entrypoint: String) -> Entrypoint? {
            ServiceFile.parse(Array("service: a\nport: 1\nentrypoints: { web: \(entrypoint) }\n".utf8)).value?
                .entrypoints["web"]
        }
        #expect(
            read("{ port: http, host: Hello.Example.COM, path: /api/v1/, tls: no, gates: [b, a, b] }")
                == Entrypoint(
                    port: "http", host: "hello.example.com", path: "/api/v1", isEncrypted: false, gates: ["b", "a"]))
        let badHosts = [
            "127.0.0.1", "a..b", "a_b.example.com", "a.example.com:80", "a.", "*.example.com", "${environment}.x",
            "\"[::1]\"", "x.1",
        ]
        let badPaths = [
            "api", "/a b", "//", "/a//b", "/../a", "/a/./b", "\"/a\\\"b\"", "/a%20", "/{a}", "/a?x", "\"/#\"",
        ]
        #expect(badHosts.filter { read("{ port: http, host: \($0) }") != nil } == [])
        #expect(badPaths.filter { read("{ port: http, path: \($0) }") != nil } == [])
    }
}
