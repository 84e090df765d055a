import Core
import Engine
import Formats
import Model
import Store
import TestSupport
import Testing

/// Resources that definitions require, and passwords that are made up.
struct RequiredResourceTests {
    private static func text(_ text: String) -> Template { Template.parse(text).template }

    private static func catalogue(length: Int = 20) -> ResourceCatalogue {
        let value = ResourceOutput(.template("value"), isSecret: true)
        let net = ResourceDefinition(
            slug: "net", capability: .local, parameters: ["zone": ParameterDefinition()], template: .null,
            outputs: ["id": value, "zone": ResourceOutput(.text(text("${params.zone}")))])
        let disk = ResourceDefinition(
            slug: "disk", capability: .local, parameters: ["net": ParameterDefinition()], template: .null,
            outputs: ["net": ResourceOutput(.text(text("${params.net}")))])
        let database = ResourceDefinition(
            slug: "database", capability: .local,
            parameters: ["password": ParameterDefinition(isSecret: true, generatedLength: length)], template: .null,
            values: ["Password": text("${params.password}")],
            requires: [
                "net": Requirement(slug: "net", templates: ["zone": text("${world.parameters.region}-${resource}")]),
                "disk": Requirement(slug: "disk", templates: ["net": text("${requires.net.id}")]),
            ],
            outputs: [
                "url": ResourceOutput(.text(text("x://${params.password}@${requires.net.zone}"))),
                "disk": ResourceOutput(.text(text("${requires.disk.net}"))),
            ])
        return ResourceCatalogue([ResourceRepository(name: "acme", definitions: [net, disk, database])])
    }

    private static func file(_ extra: String = "") -> String {
        """
        service: hello
        port: 5000
        command: [./run]
        requires: { users: database }
        env: { URL: "${requires.users.url}", DISK: "${requires.users.disk}" }
        \(extra)
        """
    }

    private func resources(_ bench: Bench) async throws -> [String: Resource] {
        let all = try await bench.durable.storage.read { try $0.resources(of: Bench.instance) }
        return Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
    }

    @Test func eachIsMadeAfterWhatItRequires() async throws {
        let bench = try await Bench(catalogue: Self.catalogue())
        try await bench.deploy("v1", file: Self.file())
        let first = try #require(try await bench.all().last)
        #expect(first.status == .succeeded)
        #expect(first.steps.filter { $0.kind == .resource }.map(\.name) == ["users.net", "users.disk", "users"])
        let made = try await resources(bench)
        let password = try #require(made["users"]?.secretParameters["password"]?.reveal())
        let network = try #require(made["users.net"]?.outputs["id"])
        #expect(password.utf8.count == 20 && made["users"]?.parameters == [:])
        #expect(made["users"]?.outputs["url"] == .secret(Secret("x://\(password)@eu-users")))
        // What came from a secret output is one.
        #expect(
            made["users.disk"]?.secretParameters == ["net": Secret(network.reveal())]
                && made["users"]?.outputs["disk"] == .secret(Secret(network.reveal())))

        // The same whatever changes, and never in plan or log.
        try await bench.engine.topology.adopt(
            TopologySnapshot(
                topology: bench.durable.topology.current.topology, catalogue: Self.catalogue(length: 40)))
        try await bench.deploy("v2", over: "v1", file: Self.file("drain: 1s"))
        let later = try #require(try await bench.all().last)
        #expect(later.status == .succeeded && later.inputs != first.inputs)
        #expect(try await resources(bench)["users"]?.secretParameters["password"]?.reveal() == password)
        let said = "\(try await bench.all())\(bench.durable.logs.all)"
        #expect(!said.contains(password))
        await bench.stop()
    }

    /// The password is recorded before the driver is told of it.
    @Test func aPasswordIsTheSameAfterACrash() async throws {
        let faults = Faults { $0.step == "provision" && $0.version == "database" ? .crash(afterEffect: true) : nil }
        let bench = try await Bench(faults: faults, catalogue: Self.catalogue())
        try await bench.push("v1", file: Self.file())
        #expect(await eventually { faults.hanging == 1 })
        let before = try await resources(bench)["users"]?.secretParameters
        try await bench.restart()
        try await bench.settle()
        let after = try await resources(bench)["users"]
        #expect(after?.status == .ready && before?.isEmpty == false && after?.secretParameters == before)
        await bench.stop()
    }
}
