import Core
import System
import Testing

/// One way to break a data directory, and what `doctor` is to say of a copy that is broken so.
struct Breakage: Sendable {
    let name: String
    /// Statements in SQL, without any of the database's own checks.
    var sql: [String] = []
    /// A command in the copy.
    var command: [String] = []
    let expected: [String]

    /// Nothing runs for a copy, and the original's HAProxy has its ports.
    private static let copied = ["processes services problem", "entrypoints haproxy problem"]

    static let all: [Breakage] = database + work + keys + files

    private static let database = [
        Breakage(name: "nothing", expected: copied),
        Breakage(
            name: "pages of nobody",
            sql: [
                "PRAGMA writable_schema = ON", "DELETE FROM sqlite_schema WHERE name = 'eventsByType'",
            ], expected: ["database integrity problem"] + copied),
        Breakage(
            name: "no database any more",
            command: ["sh", "-c", "printf garbage%8000d 1 > deployd.db; rm -f deployd.db-*"],
            expected: ["database file problem"]),
        Breakage(name: "the database is gone", command: ["rm", "deployd.db"], expected: ["database file problem"]),
        Breakage(
            name: "a reference leads nowhere", sql: ["DELETE FROM applications"],
            expected: ["database foreignKeys problem"] + copied),
        Breakage(
            name: "a newer deployd's",
            sql: ["UPDATE migrations SET name = 'tomorrow' WHERE position = (SELECT max(position) FROM migrations)"],
            expected: ["database schema problem"]),
        Breakage(
            name: "an older deployd's",
            sql: ["DELETE FROM migrations WHERE position = (SELECT max(position) FROM migrations)"],
            expected: ["database schema warning"]),
        Breakage(
            name: "an event is gone", sql: ["DROP TRIGGER eventsKept", "DELETE FROM events WHERE id = 2"],
            expected: ["database events problem"] + copied),
        Breakage(
            name: "the clock was set back",
            sql: ["DROP TRIGGER eventsUnchanged", "UPDATE events SET time = time + 1000000000 WHERE id = 3"],
            expected: ["database clock warning"] + copied),
    ]

    private static let work = [
        Breakage(
            name: "a delivery is stuck", sql: ["UPDATE deliveries SET status = 'accepted', receivedAt = 1"],
            expected: ["work deliveries warning"] + copied),
        Breakage(
            name: "a delivery was set aside",
            sql: ["UPDATE deliveries SET status = 'failed', reason = 'set aside after 5 tries: it dies'"],
            expected: ["work deliveries warning"] + copied),
        Breakage(
            name: "a deployment without an instance",
            sql: ["UPDATE deployments SET status = 'running', startedAt = createdAt, target = 'gone'"],
            expected: ["work deployments problem"] + copied),
        Breakage(
            name: "a deployment that runs for hours",
            sql: [
                "UPDATE deployments SET status = 'running', startedAt = 1 WHERE version = (SELECT deployed FROM instances)"
            ],
            expected: ["work deployments warning", "entrypoints haproxy problem"]),
        Breakage(
            name: "destroyed in the database only", sql: ["UPDATE instances SET lifecycle = 'destroyed'"],
            expected: [
                "work ports problem", "entrypoints configuration problem", "entrypoints haproxy problem",
                "files artifacts warning", "files runs warning",
            ]),
        Breakage(
            name: "ports given back", sql: ["DELETE FROM ports WHERE purpose LIKE 'service/%'"],
            expected: ["processes records problem"] + copied),
        Breakage(
            name: "a port of the kernel's", sql: ["UPDATE ports SET port = 40001 WHERE purpose LIKE '%/a'"],
            expected: copied + ["entrypoints ports warning"]),
    ]

    private static let keys = [
        Breakage(
            name: "a secret was changed", sql: ["UPDATE applicationSecrets SET valueSealed = randomblob(80)"],
            expected: ["database sealed problem"] + copied),
        Breakage(
            name: "a workload was changed", sql: ["UPDATE instances SET workloadSealed = randomblob(80)"],
            expected: ["database sealed problem", "database inventory problem"]),
        Breakage(
            name: "the master key is gone", command: ["rm", "master.key"],
            expected: ["data permissions problem", "database sealed problem"]),
        Breakage(
            name: "another master key", command: ["sh", "-c", "head -c 32 /dev/zero > master.key"],
            expected: ["database sealed problem", "database inventory problem"]),
        Breakage(
            name: "everybody may read the key", command: ["chmod", "644", "master.key"],
            expected: ["data permissions problem", "database sealed problem"]),
        Breakage(
            name: "everybody may enter", command: ["chmod", "755", "."],
            expected: ["data permissions problem"] + copied),
    ]

    private static let files = [
        Breakage(
            name: "what was built is gone", command: ["sh", "-c", "rm artifacts/hello/*/.built"],
            expected: copied + ["files artifacts problem"]),
        Breakage(
            name: "what was built for nobody", command: ["mkdir", "-p", "artifacts/other/key"],
            expected: copied + ["files artifacts warning"]),
        Breakage(
            name: "runs of nobody", command: ["mkdir", "runs/hello/elsewhere"],
            expected: copied + ["files runs warning"]),
        Breakage(
            name: "a resource is gone", command: ["sh", "-c", "rm -r resources/*"],
            expected: copied + ["files resources problem"]),
        Breakage(
            name: "a resource of nobody", command: ["mkdir", "resources/other"],
            expected: copied + ["files resources warning"]),
        Breakage(
            name: "a log of no deployment", command: ["touch", "logs/deployments/other.log"],
            expected: copied + ["files logs warning"]),
        Breakage(
            name: "a mirror of no repository", command: ["mkdir", "sources/repositories/other.git"],
            expected: copied + ["files sources warning"]),
        Breakage(
            name: "entrypoints are gone", command: ["rm", "haproxy/haproxy.cfg"],
            expected: ["processes services problem", "entrypoints configuration problem"]),
        Breakage(
            name: "entrypoints lead elsewhere",
            command: ["sed", "-i", "/^# entrypoint/s/\"port\":[0-9]*/\"port\":3001/g", "haproxy/haproxy.cfg"],
            expected: [
                "processes services problem", "entrypoints configuration problem", "entrypoints haproxy problem",
            ]),
    ]

    /// Makes the copy and breaks it.
    func make(of data: String, at copy: String, _ server: RunningServer) async throws {
        try await Breakage.run(["cp", "-a", data, copy], in: "/", server)
        if !sql.isEmpty { try await Breakage.change(copy, sql, server) }
        if !command.isEmpty { try await Breakage.run(command, in: copy, server) }
    }

    static func change(_ data: String, _ sql: [String], _ server: RunningServer) async throws {
        let program = """
            import sqlite3, sys
            database = sqlite3.connect(sys.argv[1], isolation_level=None)
            for statement in sys.argv[2:]: database.execute(statement)
            """
        try await run(["python3", "-c", program, "\(data)/deployd.db"] + sql, in: data, server)
    }

    private static func run(_ words: [String], in directory: String, _ server: RunningServer) async throws {
        let result = try await server.runner.run(
            Command(words[0], Array(words.dropFirst()), environment: server.environment, directory: directory),
            deadline: .seconds(60), outputLimit: 1 << 20)
        #expect(result.succeeded, "\(words): \(result.errorText)")
    }
}
