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

    private func problems(_ shared: String) throws -> String {
        let file = try WorldFile.parse(
            Array("world: w\ncapabilities: { local: {} }\nresourceRepositories: [acme]\nshared:\n\(shared)".utf8),
            file: "w.yaml"
        ).get()
        let catalogue = try resolve([
            "acme/repository.yaml": "repository: acme\n", "acme/relay.yaml": Self.relay, "acme/own.yaml": Self.own,
            "acme/net.yaml": Self.net,
        ]).get()
        let topology = try Topology.assemble([file], repositories: ["acme"]).get()
        let worlds = topology.worlds.values.sorted { $0.name < $1.name }
        return SharedCheck.problems(in: [file], worlds: worlds, catalogue: catalogue).text
    }

    @Test func theOperatorMaySetWhatDevelopersMayNot() throws {
        #expect(try problems("  smtp: { slug: relay, params: { host: mx, port: 26, owner: ops } }\n  n: net\n") == "")
    }

    @Test func everythingWrongHasItsPlace() throws {
        let text = """
              a: relai
              b: relay
              c: { slug: relay, params: { prot: 1, port: 100, password: x, owner: ops } }
              d: own
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

            """
        let found = try problems(text)
        #expect(found == expected)
    }
}
