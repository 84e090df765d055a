import Core
import Formats
import Model
import Testing

/// What worlds declare for everyone, against the resource repositories.
struct SharedCheckTests {
    private static let relay = """
        slug: relay
        capability: local
        parameters:
          port: { type: integer, default: 25, maximum: 99 }
          host: { default: x, developer: false }
          password: { generate: password }
          owner: {}
          login: { default: x, secret: true }
        template: { kind: directory }
        outputs: { url: { value: "smtp://${params.host}:${params.port}" } }
        """
    private static let own = """
        slug: own
        capability: local
        requires: { net: { slug: net, params: { name: "${target}" } } }
        template: { kind: directory }
        values: { Name: "${application}" }
        outputs: { where: { value: "${environment} ${world} ${resource}" } }
        """
    private static let net = """
        slug: net
        capability: local
        parameters: { name: { default: x } }
        template: { kind: directory }
        """

    private static let port = """
        slug: port
        capability: local
        template: { kind: port }
        """

    private func problems(_ shared: String) throws -> String {
        let parsed = WorldFile.parse(
            Array("world: w\ncapabilities: { local: {} }\nresourceRepositories: [acme]\nshared:\n\(shared)".utf8),
            file: "w.yaml")
        guard let file = parsed.value else { return parsed.diagnostics.text }
        let catalogue = try resolve([
            "acme/repository.yaml": "repository: acme\n", "acme/relay.yaml": Self.relay, "acme/own.yaml": Self.own,
            "acme/net.yaml": Self.net, "acme/port.yaml": Self.port,
        ]).get()
        let topology = try Topology.assemble([file], repositories: ["acme"]).get()
        let worlds = topology.worlds.values.sorted { $0.name < $1.name }
        return SharedCheck.problems(in: [file], worlds: worlds, catalogue: catalogue).text
    }

    @Test func theOperatorMaySetWhatDevelopersMayNot() throws {
        #expect(try problems("  smtp: { slug: relay, params: { host: mx, port: 26, owner: ops } }\n  n: net\n") == "")
    }

    /// What they stand for is not looked at here.
    @Test func onlyWhatIsSecretComesFromVariablesAndFiles() throws {
        let text = """
              a: { slug: relay, params: { owner: ops, login: "${file:secrets/login}" } }
              b: { slug: relay, params: { owner: "${env:OWNER}", login: "${version}", prot: "${env:PORT}" } }
            """
        #expect(
            try problems(text) == """
                w.yaml:6:62: shared.b.params.login: unknown reference '${version}'; known here: env:*, file:*

                """)
        let found = try problems(text.split(separator: "version").joined(separator: "env:LOGIN"))
        #expect(
            found == """
                w.yaml:6:31: shared.b.params.owner: '${env:…}' and '${file:…}' are for secrets, and 'owner' of the slug \
                'relay' is shown to everyone: write its value, or let its definition say 'secret: true'
                w.yaml:6:77: shared.b.params.prot: no such parameter of the slug 'relay'; did you mean 'port'?

                """)
    }

    @Test func everythingWrongHasItsPlace() throws {
        let text = """
              a: relai
              b: relay
              c: { slug: relay, params: { prot: 1, port: 100, password: x, owner: ops } }
              d: own
              e: port
            """
        let cannot = "the slug 'own' cannot be shared: it refers to '${"
        let expected = """
            w.yaml:5:3: shared.a: there is no slug 'relai' in the world 'w'; did you mean 'relay'?
            w.yaml:6:3: shared.b.params.owner: the slug 'relay' needs it
            w.yaml:7:31: shared.c.params.prot: no such parameter of the slug 'relay'; did you mean 'port'?
            w.yaml:7:40: shared.c.params.port: expected a whole number of at most 99, found 100
            w.yaml:7:51: shared.c.params.password: the definition of 'relay' makes it up; leave it out
            w.yaml:8:3: shared.d: net.params.name: '${target}' has no value
            w.yaml:8:3: shared.d: \(cannot)application}', which only an instance has
            w.yaml:8:3: shared.d: \(cannot)environment}', which only an instance has
            w.yaml:9:3: shared.e: the slug 'port' cannot be shared: a port is reserved for one instance

            """
        let found = try problems(text)
        #expect(found == expected)
    }
}
