import Core
import Crypto
import Model
import TestSupport
import Testing

@testable import Store

/// An application that is given another name takes all with it that is recorded of it.
struct RenameTests {
    let fixture: Fixture
    var storage: SQLiteStorage { fixture.storage }

    init() throws { fixture = try Fixture() }

    private static let identity = InstanceIdentity(application: "hello", target: "develop-a")

    /// Fills every table that has something of an application.
    private func insert(_ name: String, port: Int, _ ids: String) async throws {
        try await storage.write { writer in
            try writer.insert(Sample.application(name))
            try writer.insert(
                Release(
                    application: name, version: "v1", source: .commit(repository: "acme/hello", commit: "c1"),
                    reference: "refs/heads/main", file: [1], createdAt: moment(5)))
            try writer.put(
                EnvironmentVersion(
                    application: name, environment: "development", desired: "v1", revision: 3,
                    hold: .init(reason: "look", actor: "ada", since: moment(5)), changedAt: moment(5)))
            try writer.insert(Sample.instance(name))
            try writer.insert(Sample.deployment("x-\(ids)", name))
            try writer.insert(Sample.resource("s-\(ids)", name))
            let instance = InstanceID(application: name, target: "develop-a")
            try writer.insert(PortReservation(port: port, instance: instance, purpose: "entrypoint/web"))
            try writer.put(Rejection(application: name, version: "v0", reason: "no", actor: "ada", since: moment(5)))
            try writer.put(
                ApplicationSecret(
                    place: .init(application: name, environment: "development"), name: "KEY", actor: "ada",
                    since: moment(5)), value: Secret("value of \(ids)"))
            try writer.put(
                PushedVersion(application: name, reference: "refs/heads/main", version: "v1", delivery: "d"))
            try writer.insert(
                BeforeDeployRun(instance: instance, version: "v1", deployment: "x-\(ids)", endedAt: moment(6)))
        }
    }

    /// All that can be asked of an application, as text, without its name.
    private func contents(of name: String) async throws -> [String] {
        try await storage.read { reader in
            let instance = InstanceID(application: name, target: "develop-a")
            let place = ApplicationSecret.Place(application: name, environment: "development")
            let all: [Any?] = [
                try reader.application(name)?.owner, try reader.release(name, "v1")?.source,
                try reader.releases(of: name, PageRequest()).items.map(\.file),
                try reader.environmentVersions(of: name).map { [$0.desired, $0.hold?.reason] },
                try reader.instance(instance)?.identity, try reader.instance(instance)?.workload?.reveal(),
                try reader.instances(InstanceFilter(application: name)).map(\.deployed),
                try reader.deployments(DeploymentFilter(application: name), PageRequest()).items.map(\.id),
                try reader.unfinishedDeployments(of: instance).map { $0.previous?.reveal() },
                try reader.resources(of: instance).map { [$0.id, $0.state?.reveal(), $0.outputs["url"]?.reveal()] },
                try reader.ports(of: instance).map(\.port), try reader.rejections(of: name).map(\.reason),
                try reader.secretValues(in: place)["KEY"]?.reveal(), try reader.secretFingerprints(in: place),
                try reader.pushedVersions(of: name).map(\.version),
                try reader.beforeDeployRun(of: "v1", on: instance)?.deployment,
            ]
            return all.map { $0.map { "\($0)" } ?? "nil" }
        }
    }

    @discardableResult
    private func rename(_ name: String, to newName: String) async throws -> Int64 {
        try await storage.write { writer in
            let event = try writer.append(
                EventDraft(.applicationRenamed, actor: "ada", application: newName, before: name, after: newName),
                at: moment(9))
            try writer.rename(name, to: newName, event: event.id)
            return event.id
        }
    }

    @Test func everythingFollows() async throws {
        try await insert("hello", port: 3000, "1")
        try await insert("other", port: 3001, "2")
        let (before, other, nothing) = (
            try await contents(of: "hello"), try await contents(of: "other"), try await contents(of: "greeter")
        )
        try await rename("hello", to: "greeter")
        #expect(try await contents(of: "greeter") == before && before.count { $0 == "nil" } == 0)
        #expect(try await contents(of: "hello") == nothing)
        #expect(try await contents(of: "other") == other)
        // What comes next of the old name is another one, whose secrets open nowhere else.
        try await insert("hello", port: 3002, "3")
        let next = try await contents(of: "hello")
        #expect(next.contains("hello_2@develop-a") && next.contains("value of 3"))
        try await rename("other", to: "yet-another")
        try await insert("other", port: 3003, "4")
        #expect(
            try await storage.read { reader in
                try ["hello", "hello_2", "other", "other_2"].map {
                    try reader.instance(InstanceIdentity(application: $0, target: "develop-a"))?.id.application
                }
            } == ["greeter", "hello", "yet-another", "other"])
        // Keys are checked at each statement again.
        await #expect(throws: DeploydError.self) {
            try await storage.write { writer in
                try writer.put(Rejection(application: "nobody", version: "v", reason: "", actor: "", since: moment(1)))
            }
        }
    }

    @Test func noTableIsForgotten() throws {
        let connection = try Connection(path: fixture.directory.appending("deployd.db"), role: .reader)
        let tables: [String] = try connection.all(
            """
            SELECT m.name FROM sqlite_schema AS m JOIN pragma_table_info(m.name) AS c
            WHERE m.type = 'table' AND c.name = 'application'
            """
        ) { try $0["name"] }
        #expect(Set(tables) == Set(StoredWriter.tablesOfApplications + ["events"]))
    }

    /// Each line: what happens, and what the events of `a` and `b` are then, newest first.
    @Test func theStoryGoesOnUnderTheNewName() async throws {
        let storage = storage
        func happens(_ what: String, to application: String) async throws {
            _ = try await storage.write {
                try $0.append(EventDraft(.worldChanged, actor: what, application: application), at: moment(5))
            }
        }
        func story(_ name: String, since: Timestamp? = nil, limit: Int = 2) async throws -> [String] {
            var found: [String] = []
            var cursor: String?
            repeat {
                let request = PageRequest(limit: limit, after: cursor)
                let page = try await storage.read {
                    try $0.events(EventFilter(application: name, since: since), request)
                }
                found += page.items.map(\.draft.actor)
                cursor = page.next
            } while cursor != nil
            return found
        }
        for (index, name) in ["a", "c"].enumerated() { try await insert(name, port: 3000 + index, "\(index)") }
        try await happens("a1", to: "a")
        try await happens("c1", to: "c")
        try await happens("a2", to: "a")
        try await rename("a", to: "b")
        try await happens("b1", to: "b")
        #expect(try await story("b") == ["b1", "ada", "a2", "a1"])
        // Of the name that nobody has: where it went.
        #expect(try await story("a") == ["ada", "a2", "a1"])
        // Another one is given the name.
        try await rename("c", to: "a")
        try await happens("c2", to: "a")
        try await rename("b", to: "d")
        try await rename("a", to: "b")
        try await happens("d1", to: "d")
        try await happens("c3", to: "b")
        let expected = [
            "d": ["d1", "ada", "b1", "ada", "a2", "a1"], "b": ["c3", "ada", "c2", "ada", "c1"],
        ]
        for (name, lines) in expected {
            #expect(try await [1, 2, 500].asyncMap { try await story(name, limit: $0) } == [lines, lines, lines])
            // By time they have an order of their own.
            #expect(Set(try await story(name, since: moment(1))) == Set(lines))
            #expect(try await story(name, since: moment(1)).count == lines.count)
        }
        let now = try await storage.read { reader in
            try ["a", "b", "c", "d", "e"].map { try reader.application(renamedFrom: $0)?.name }
        }
        #expect(now == ["b", nil, "b", nil, nil])
    }

    @Test func aNameIsTakenOnlyOnce() async throws {
        let storage = storage
        for (index, name) in ["hello", "other", "gone"].enumerated() {
            try await insert(name, port: 3000 + index, "\(index)")
        }
        try await storage.write { writer in
            try writer.removePorts(of: InstanceID(application: "gone", target: "develop-a"))
            try writer.removeApplication("gone", at: moment(8))
        }
        let before = try await contents(of: "hello")
        let newest = try await storage.read { try $0.newestEvent() }
        var refusals: [String] = []
        for (name, newName) in [("hello", "other"), ("gone", "x"), ("nobody", "x")] {
            do { try await rename(name, to: newName) } catch let error as DeploydError {
                refusals.append("\(error.code): \(error.message)")
            }
        }
        #expect(
            refusals == [
                "conflict: there is an application 'other' already", "notFound: there is no application gone",
                "notFound: there is no application nobody",
            ])
        // Nothing is left of what was tried.
        #expect(try await contents(of: "hello") == before)
        #expect(try await storage.read { try $0.newestEvent() } == newest)
        // What a deleted one left gives way, and is not mixed with it: a resource may hold data.
        try await rename("hello", to: "gone")
        #expect(try await contents(of: "gone") == before)
        let left = try await storage.read { try $0.resource(id: "s-2") }
        #expect(left?.instance?.application == "gone_2" && left?.state == Secret("hunter2-state"))
        #expect(try await storage.read { try $0.applications(PageRequest()).items.map(\.name) } == ["gone", "other"])
    }

    /// A database of before has the names as identities: what is sealed there opens, and goes on doing so.
    @Test func anOlderDatabaseKeepsWhatIsSealed() async throws {
        let directory = TemporaryDirectory("store")
        let key = MasterKey.random()
        let vault = Vault(key: key)
        let workload = vault.seal("workload", at: Vault.Place("instances", "hello", "a", column: "workload"))
        let place = Vault.Place("applicationSecrets", "hello", "development", "KEY", column: "value")
        let fingerprint = vault.fingerprint(of: Secret("value"), at: place)
        let before = Schema.migrations.prefix { $0.name != Schema.identities.name }
        let database = try Database(directory: directory.path, migrations: Array(before), program: "1.0")
        try database.writeNow { transaction in
            try Vault.check(key, transaction, directory: directory.path)
            let rows: [SQL] = [
                """
                INSERT INTO applications (name, description, labels, environmentSets, environments, createdAt)
                VALUES ('hello', '', '{}', '[]', '[]', 1)
                """,
                """
                INSERT INTO instances (
                    application, target, environment, health, since, workloadSealed, entrypoints, isDetached, createdAt)
                VALUES ('hello', 'a', 'development', 'healthy', 1, \(workload), '{}', 0, 1)
                """,
                """
                INSERT INTO applicationSecrets (
                    application, environment, name, valueSealed, fingerprint, actor, since)
                VALUES ('hello', 'development', 'KEY', \(vault.seal("value", at: place)), \(fingerprint), 'ada', 1)
                """,
            ]
            for row in rows { try transaction.connection.run(row) }
        }
        database.close()
        let storage = try SQLiteStorage(directory: directory.path, masterKey: key, program: "1.1")
        let look = { @Sendable (name: String) in
            try await storage.read { reader in
                let place = ApplicationSecret.Place(application: name, environment: "development")
                let instance = try reader.instance(InstanceID(application: name, target: "a"))
                return [
                    instance?.workload?.reveal(), instance?.identity.description,
                    try reader.secretValues(in: place)["KEY"]?.reveal(),
                    try reader.secretFingerprints(in: place)["KEY"],
                ]
            }
        }
        let expected = ["workload", "hello@a", "value", fingerprint]
        #expect(try await look("hello") == expected)
        try await storage.write { writer in
            let event = try writer.append(EventDraft(.applicationRenamed, actor: "ada"), at: moment(1))
            try writer.rename("hello", to: "greeter", event: event.id)
            guard var instance = try writer.instance(InstanceID(application: "greeter", target: "a")) else { return }
            instance.health = .degraded
            try writer.update(instance)
        }
        #expect(try await look("greeter") == expected)
        storage.close()
    }
}

extension Array {
    fileprivate func asyncMap<Value>(_ transform: (Element) async throws -> Value) async rethrows -> [Value] {
        var values: [Value] = []
        for element in self { values.append(try await transform(element)) }
        return values
    }
}
