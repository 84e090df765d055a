import Core
import Glibc
import Model
import System
import TestSupport
import Testing

@testable import Drivers

@Suite struct LocalDriverTests {
    private let directory = TemporaryDirectory()
    private let ports = FakePorts()
    private var driver: LocalDriver {
        LocalDriver(dataDirectory: directory.path, ports: ports, threads: BlockingThreads())
    }

    private func request(
        _ kind: String, id: String = "01h", values: [String: String] = [:], state: Secret? = nil
    ) -> ResourceRequest {
        ResourceRequest(
            id: id, instance: InstanceIdentity(application: "hello", target: "local"), name: "users", slug: "thing",
            template: ["kind": .string(kind)], values: values, state: state)
    }

    @Test func aPortIsNotShared() async {
        let request = ResourceRequest(
            id: "01h", instance: nil, name: "smtp", slug: "door", template: ["kind": "port"], values: [:], state: nil)
        let error = await #expect(throws: DeploydError.self) { try await driver.provision(request, RecordedLog()) }
        #expect(error?.message == "a port belongs to the instance that listens on it; 'door' cannot be shared")
    }

    @Test func directoriesAreMadeOnceAndRemovedWithWhatIsInThem() async throws {
        let log = RecordedLog()
        let path = directory.appending("resources/01h")
        let expected = ProvisionedResource(outputs: ["path": .plain(path)], state: nil)
        #expect(try await driver.provision(request("directory"), log) == expected)
        try Files.write(Array("kept".utf8), to: "\(path)/file")
        #expect(try await driver.provision(request("directory"), log) == expected)
        #expect(try Files.read("\(path)/file", limit: 10) == Array("kept".utf8))
        var status = stat()
        #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o700)

        try await driver.remove(request("directory"), log)
        try await driver.remove(request("directory"), log)
        #expect(FileTree.names(in: directory.appending("resources")) == [])
        #expect(log.lines == ["made \(path)", "removed \(path)"])
    }

    @Test(arguments: [("directory", true), ("sqlite", true), ("secret", false), ("port", false)])
    func whatWasRemovedIsMissed(kind: String, hasDirectory: Bool) async throws {
        let path = directory.appending("resources/01h")
        _ = try await driver.provision(request(kind), RecordedLog())
        #expect(try await driver.absence(of: request(kind)) == nil)
        try Files.removeTree(path)
        #expect(try await driver.absence(of: request(kind)) == (hasDirectory ? "\(path) is not there" : nil))
    }

    @Test func nothingOutsideIsRemoved() async throws {
        try Files.write([], to: directory.appending("precious"))
        await #expect(throws: DeploydError.self) {
            try await driver.remove(request("directory", id: "../precious"), RecordedLog())
        }
        #expect(FileTree.exists(directory.appending("precious")))
    }

    @Test func sqliteGivesAPlaceAndItsURL() async throws {
        let path = directory.appending("resources/01h/database.sqlite")
        #expect(
            try await driver.provision(request("sqlite"), RecordedLog()).outputs
                == ["path": .plain(path), "url": .plain("sqlite://\(path)")])
        #expect(URLPath.encode("/a b/ü#") == "/a%20b/%C3%BC%23")
    }

    @Test func secretsStayTheSameWithTheirState() async throws {
        let log = RecordedLog()
        let first = try await driver.provision(request("secret", values: ["length": "40"]), log)
        let again = try await driver.provision(request("secret", values: ["length": "64"], state: first.state), log)
        let lost = try await driver.provision(request("secret"), log)
        let value = first.outputs["value"]?.reveal() ?? ""
        #expect(first.outputs["value"]?.isSecret == true && value.count == 40)
        #expect(value.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) })
        #expect(again == first)
        #expect(lost.outputs["value"]?.reveal().count == 32)
        #expect(!log.text.contains(value))
    }

    @Test func portsAreReservedForTheInstance() async throws {
        let first = try await driver.provision(request("port"), RecordedLog())
        let again = try await driver.provision(request("port"), RecordedLog())
        #expect(first == again)
        #expect(Int(first.outputs["port"]?.reveal() ?? "").map { (3000...65499).contains($0) } == true)
    }

    @Test(
        arguments: [
            (["kind": "directory"], nil),
            (
                ["kind": "sqllite"],
                "kind: there is no local resource 'sqllite' (directory | secret | port | sqlite)"
                    + "; did you mean 'sqlite'?"
            ),
            (["kin": "port"], "kin: unknown key of a local resource's template; did you mean 'kind'?"),
            ([:], "the template of a local resource lacks its kind: directory | secret | port | sqlite"),
            ("port", "the template of a local resource is written as { kind: directory | secret | port | sqlite }"),
        ] as [(JSONValue, String?)])
    func templates(_ template: JSONValue, _ problem: String?) {
        var found: String?
        do throws(DeploydError) { _ = try LocalTemplate.read(template) } catch { found = error.message }
        #expect(found == problem)
    }

    @Test(arguments: [
        ("secret", ["length": "7"], "values.length: '7' is not a number from 8 to 512"),
        ("secret", ["lenght": "8"], "values.lenght: a local secret has no such value; did you mean 'length'?"),
        ("port", ["length": "8"], "values.length: a local port has no such value"),
    ])
    func values(_ kind: String, _ values: [String: String], _ problem: String) async {
        let error = await #expect(throws: DeploydError.self) {
            try await driver.provision(request(kind, values: values), RecordedLog())
        }
        #expect(error?.message == problem)
    }
}
