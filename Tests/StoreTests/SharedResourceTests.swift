import Core
import Crypto
import Model
import TestSupport
import Testing

@testable import Store

struct SharedResourceTests {
    @Test func aWorldHasOneOfEachName() async throws {
        let fixture = try Fixture()
        let storage = fixture.storage
        try await fixture.insert(Sample.application("hello"))
        try await storage.write { writer in
            try writer.insert(Sample.instance("hello"))
            try writer.insert(Sample.resource("s1", name: "smtp"))
            for (id, world, name) in [("s2", "develop", "smtp"), ("s3", "lab", "smtp"), ("s4", "develop", "cache")] {
                try writer.insert(Sample.shared(id, of: world, name: name))
            }
        }
        await #expect(throws: DeploydError.self) {
            try await storage.write { try $0.insert(Sample.shared("s5")) }
        }
        let found = try await storage.read { reader in
            [
                try reader.sharedResources(of: "develop").map(\.id), try reader.sharedResources(of: "lab").map(\.id),
                try reader.resources(of: InstanceID(application: "hello", target: "develop-a")).map(\.id),
                try reader.resources(ResourceFilter(world: "develop"), PageRequest()).items.map(\.id),
            ]
        }
        #expect(found == [["s2", "s4"], ["s3"], ["s1"], ["s4", "s2", "s1"]])
        #expect(try await storage.read { try $0.resource(id: "s2") } == Sample.shared("s2"))
    }

    /// A database of before, with the resource of an instance.
    @Test func anOlderDatabaseKeepsItsResources() async throws {
        let directory = TemporaryDirectory("store")
        let key = MasterKey.random()
        let before = Schema.migrations.prefix { $0.name != Schema.sharedResources.name }
        let database = try Database(directory: directory.path, migrations: Array(before), program: "1.0")
        let vault = Vault(key: key)
        let sealed = { (column: String) in
            vault.seal(#"{"a":"hunter2"}"#, at: Vault.Place("resources", "s1", column: column))
        }
        let statements: [SQL] = [
            """
            INSERT INTO applications (name, description, labels, environmentSets, environments, createdAt)
            VALUES ('hello', '', '{}', '[]', '[]', 1)
            """,
            """
            INSERT INTO instances (application, target, environment, health, since, entrypoints, isDetached, createdAt)
            VALUES ('hello', 'a', 'e', 'unknown', 1, '{}', 0, 1)
            """,
            """
            INSERT INTO resources (
                id, application, target, name, world, slug, repository, status, parametersSealed, outputs,
                secretOutputsSealed, secretParametersSealed, createdAt, changedAt)
            VALUES (
                's1', 'hello', 'a', 'users', 'w', 'postgres', 'acme', 'ready', \(sealed("parameters")), '{}',
                \(sealed("secretOutputs")), \(sealed("secretParameters")), 1, 2)
            """,
        ]
        try database.writeNow { transaction in
            try Vault.check(key, transaction, directory: directory.path)
            for statement in statements { try transaction.connection.run(statement) }
        }
        database.close()
        let storage = try SQLiteStorage(directory: directory.path, masterKey: key, program: "1.1")
        let found = try await storage.read { try $0.resource(id: "s1") }
        #expect(
            found
                == Resource(
                    id: "s1", instance: InstanceID(application: "hello", target: "a"), name: "users", world: "w",
                    slug: "postgres", repository: "acme", status: .ready, parameters: ["a": "hunter2"],
                    secretParameters: ["a": Secret("hunter2")], outputs: ["a": .secret(Secret("hunter2"))],
                    createdAt: Timestamp(microseconds: 1), changedAt: Timestamp(microseconds: 2)))
    }
}
