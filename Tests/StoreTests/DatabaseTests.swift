import Core
import Glibc
import TestSupport
import Testing

@testable import Store

let notes = Migration("notes", "CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT UNIQUE) STRICT")

func open(_ directory: String, _ limits: Database.Limits = .init()) throws -> Database {
    try Database(directory: directory, migrations: [notes], program: "1.0", limits: limits, log: Log(level: .error))
}

func add(_ text: String) -> @Sendable (WriteTransaction) throws -> Void {
    { try $0.connection.run("INSERT INTO notes (text) VALUES (\(text))") }
}

func texts(_ transaction: ReadTransaction) throws -> [String] {
    try transaction.connection.all("SELECT text FROM notes ORDER BY id") { try $0[0] }
}

func message(_ body: () throws -> Void) -> String {
    do {
        try body()
        return "no error"
    } catch {
        return (error as? DeploydError)?.message ?? "\(error)"
    }
}

struct DatabaseTests {
    let directory = TemporaryDirectory("store")

    @Test func valuesComeBackAsTheyWere() throws {
        struct Values: Equatable {
            var integer: Int64 = .min
            var real = 1.5
            var text = "ünï\u{0}☃"
            var empty = ""
            var blob: [UInt8] = [0, 255]
            var noBytes: [UInt8] = []
            var time = Timestamp(microseconds: 1_700_000_000_123_456)
            var flag = true
            var none: String?
        }
        let database = try open(directory.path)
        let values = Values()
        let back = try database.readNow { transaction in
            try transaction.connection.first(
                """
                SELECT \(values.integer) AS a, \(values.real) AS b, \(values.text) AS c, \(values.empty) AS d,
                    \(values.blob) AS e, \(values.noBytes) AS f, \(values.time) AS g, \(values.flag) AS h,
                    \(values.none) AS i
                """
            ) { row in
                Values(
                    integer: try row["a"], real: try row["b"], text: try row["c"], empty: try row["d"],
                    blob: try row["e"], noBytes: try row["f"], time: try row["g"], flag: try row["h"],
                    none: try row["i"])
            }
        }
        #expect(back == values)
    }

    @Test func interpolationBindsAndNeverQuotes() {
        let name = "'; DROP TABLE notes --"
        let filter: SQL = "text = \(name)"
        let sql: SQL = "SELECT \(raw: "id") FROM notes WHERE \(filter) AND id > \(3)"
        #expect(sql.text == "SELECT id FROM notes WHERE text = ? AND id > ?")
        #expect(sql.values == [.text(name), .integer(3)])
    }

    @Test func aColumnOfAnotherTypeIsAnError() throws {
        let database = try open(directory.path)
        for sql: SQL in ["SELECT 1", "SELECT NULL", "SELECT x'00'"] {
            #expect(throws: DeploydError.self) {
                try database.readNow { try $0.connection.first(sql) { row -> String in try row[0] } }
            }
        }
    }

    @Test func aReadSeesOneSnapshotAndCannotWrite() async throws {
        let database = try open(directory.path)
        try await database.write(add("first"))
        let seen = try database.readNow { transaction in
            let before = try texts(transaction)
            let written = Monitor(false)
            database.write(add("second")) { _ in written.change { $0 = true } }
            written.wait(until: { $0 }, then: { _ in })
            return [before, try texts(transaction)]
        }
        #expect(seen == [["first"], ["first"]])
        #expect(try await database.read(texts) == ["first", "second"])
        #expect(throws: DeploydError.self) {
            try database.readNow { try $0.connection.run("DELETE FROM notes") }
        }
    }

    @Test func filesAreTheirOwnersOnly() async throws {
        let path = directory.appending("made/here")
        let database = try open(path)
        try await database.write(add("x"))
        let modes = try ["", "/deployd.db", "/deployd.db-wal", "/deployd.db-shm", "/lock"].map { name in
            var status = stat()
            try #require(stat(path + name, &status) == 0)
            return status.st_mode & 0o777
        }
        #expect(modes == [0o700, 0o600, 0o600, 0o600, 0o600])
        #expect(try await database.read(texts) == ["x"])
    }

    @Test func aSecondOpenerIsRefused() throws {
        let first = try open(directory.path)
        #expect(
            message { _ = try open(directory.path) }
                == "another deployd (process \(getpid())) uses the data directory \(directory.path); stop it, or give "
                + "another --data")
        first.close()
        #expect(message { _ = try open(directory.path) } == "no error")
    }

    /// As a child does of a server that was killed, until it has become its program.
    @Test func aLockThatOutlivesItsServerIsWaitedFor() throws {
        try open(directory.path).close()
        let file = Glibc.open(directory.appending("lock"), O_RDWR | O_CLOEXEC)
        #expect(flock(file, LOCK_EX | LOCK_NB) == 0 && pwrite(file, "2000000000\n", 11, 0) == 11)
        let child = try OSThread("holder") {
            usleep(100_000)
            close(file)
        }
        #expect(message { _ = try open(directory.path) } == "no error")
        child.join()
    }

    @Test func whatIsAskedAfterCloseIsRefused() async throws {
        let database = try open(directory.path)
        database.close()
        database.close()
        await #expect(throws: DeploydError.self) { try await database.write(add("x")) }
        await #expect(throws: DeploydError.self) { try await database.read(texts) }
        #expect(throws: DeploydError.self) { try database.readNow(texts) }
    }

    @Test func theLogIsCheckpointedAndTruncatedWhenIdle() async throws {
        let limits = Database.Limits(checkpointer: .init(pages: 20, manyPages: 200, idle: .milliseconds(50)))
        let database = try open(directory.path, limits)
        for number in 0..<50 { try await database.write(add(String(repeating: "x", count: 9000) + "\(number)")) }
        func size(_ name: String) -> Int {
            var status = stat()
            return stat(directory.appending(name), &status) == 0 ? status.st_size : -1
        }
        #expect(await eventually { size("deployd.db-wal") == 0 && size("deployd.db") > 50 * 9000 })
        #expect(try await database.read(texts).count == 50)
    }
}
