import Core
import Formats
import Model
import Testing

@testable import Engine

/// What `${…}` stands for, in a service's file and in a resource's definition.
struct ReferenceTests {
    private static let moment = Timestamp(seconds: 1)
    private static let id = InstanceID(application: "hello", target: "a")

    private static func prepared(_ source: SourceRevision, _ command: [String]) throws -> PreparedDeployment {
        let text = """
            service: hello
            port: 5000
            requires: { users: value }
            command: [run, \(command.map { "\"\($0)\"" }.joined(separator: ", "))]
            """
        let service = try ServiceFile.parse(Array(text.utf8)).get()
        let release = Release(
            application: "hello", version: "v1", source: source, reference: nil, file: [], createdAt: moment)
        let instance = Instance(id: id, environment: "dev", world: "w", since: moment, createdAt: moment)
        return PreparedDeployment(
            deployment: Deployment(
                id: "d1", instance: id, environment: "dev", world: "w", version: "v1", actor: "ada", cause: nil,
                createdAt: moment),
            instance: instance, release: release,
            world: World(name: "w", parameters: ["region": "eu", "zones": ["a", "b"], "size": 3]), service: service,
            entrypoints: [:],
            plan: InstancePlan(instance: id, version: "v1", inputs: "", actions: [], steps: [], refusals: []),
            secrets: .none, requirements: [], applications: [], shared: .none, resources: .none,
            isBeforeDeployDue: false,
            driver: FakeWorkloads(world: FakeWorld(), faults: Faults()),
            resourceDrivers: [:])
    }

    private static func command(_ words: [String], _ source: SourceRevision) throws -> [String] {
        let addresses = WorkloadAddresses(
            listen: ["http": 3042], entrypoints: ["web": "http://127.0.0.1:3043"], environment: [:])
        let outputs: [String: [String: Resource.Output]] = [
            "users": ["url": .secret(Secret("x://hunter2")), "host": .plain("db")]
        ]
        let resolver = SpecResolver(prepared: try prepared(source, words), addresses: addresses, outputs: outputs)
        let spec = try resolver.resolve()
        return spec.command.dropFirst().map { $0.reveal() } + spec.secrets.map { "secret \($0.reveal())" }
    }

    @Test func aServicesReferences() throws {
        let words = [
            "${version}", "${commit}", "${application}-${environment}", "${target}/${world}", "${ports.http}",
            "${entrypoints.web.url}", "${requires.users.url}", "$${version}", "${requires.users.host}",
        ]
        let found = try Self.command(words, .commit(repository: "acme/hello", commit: "c0ffee"))
        #expect(
            found == [
                "v1", "c0ffee", "hello-dev", "a/w", "3042", "http://127.0.0.1:3043", "x://hunter2", "${version}", "db",
                "secret x://hunter2",
            ])
        #expect(try Self.command(["${commit}"], .tree(digest: "aa"))[0] == "v1")
    }

    @Test(arguments: [
        ("${requires.users.hosts}", "; did you mean 'host'?"), ("${requires.users.zzzzzzz}", "; 'users' has host, url"),
    ])
    func anUnknownOutputIsNamed(word: String, hint: String) {
        let error = #expect(throws: DeploydError.self) {
            try Self.command([word], .tree(digest: "aa"))
        }
        #expect(error?.message == "deployd.yaml: unknown reference '\(word)'\(hint)")
    }

    @Test func aDefinitionsReferences() throws {
        let template = { (text: String) in Template.parse(text).0 }
        let requirement = ResolvedRequirement(
            name: "users", slug: "value", repository: "acme", capability: "local", parameters: ["size": "2"],
            template: .null, values: [:], requires: ["net": "users.net"],
            outputs: [
                "password": .template("Password", isSecret: true), "host": .template("Address", isSecret: false),
                "url": .text(template("x://${outputs.password}@${outputs.host}"), isSecret: false),
                "place": .text(
                    template("${application} ${environment} ${target} ${world} ${resource} ${params.size}"),
                    isSecret: false),
                "parameters": .text(
                    template("${world.parameters.region} ${world.parameters.zones} ${world.parameters.size}"),
                    isSecret: false),
                "hidden": .text(template("${outputs.host}"), isSecret: true),
                "z-below": .text(template("${outputs.zz} ${requires.net.id}"), isSecret: false),
                "zz": .text(template("${params.token}"), isSecret: false),
                "key": .text(template("${requires.net.key}"), isSecret: false),
            ], textOrder: ["hidden", "key", "parameters", "place", "url", "zz", "z-below"])
        let prepared = try Self.prepared(.tree(digest: "aa"), ["x"])
        let scope = DefinitionScope(
            world: prepared.world, values: prepared.definitionValues, requirement: requirement,
            parameters: ["size": .plain("2"), "token": .secret(Secret("t"))],
            made: ["users.net": ["id": .plain("n"), "key": .secret(Secret("k"))], "net": ["id": .plain("other")]])
        let made: [String: Resource.Output] = ["Password": .plain("hunter2"), "Address": .plain("db")]
        #expect(
            try scope.outputs(from: made) == [
                "password": .secret(Secret("hunter2")), "host": .plain("db"), "url": .secret(Secret("x://hunter2@db")),
                "place": .plain("hello dev a w users 2"), "parameters": .plain("eu a,b 3"),
                "hidden": .secret(Secret("db")), "zz": .secret(Secret("t")), "z-below": .secret(Secret("t n")),
                "key": .secret(Secret("k")),
            ])
        let error = #expect(throws: DeploydError.self) { try scope.outputs(from: ["Address": .plain("db")]) }
        #expect(
            error?.message
                == "the slug 'value' takes its output 'password' from 'Password', which its template does not "
                + "give; it gives Address")
    }
}
