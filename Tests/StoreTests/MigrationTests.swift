import Core
import Glibc
import TestSupport
import Testing

@testable import Store

struct MigrationTests {
    let directory = TemporaryDirectory("store")
    var file: String { directory.appending("deployd.db") }

    private let tags = Migration(
        "tags",
        """
        CREATE TABLE tags (name TEXT PRIMARY KEY) STRICT
        ;
        INSERT INTO tags VALUES ('one')
        """)

    private func open(_ migrations: [Migration], program: String) throws {
        try Database(directory: directory.path, migrations: migrations, program: program).close()
    }

    @Test func eachIsAppliedOnceInOrder() throws {
        try open([notes], program: "1.0")
        try open([notes, tags], program: "1.1")
        try open([notes, tags], program: "1.2")
        let database = try Database(directory: directory.path, migrations: [notes, tags], program: "1.2")
        let applied: [String] = try database.readNow { transaction in
            try transaction.connection.all("SELECT name, program FROM migrations ORDER BY position") { row in
                "\(try row["name"] as String) \(try row["program"] as String)"
            }
        }
        #expect(applied == ["notes 1.0", "tags 1.1"])
    }

    @Test func aNewerDatabaseIsRefused() throws {
        try open([notes, tags], program: "2.0")
        #expect(
            message { try open([notes], program: "1.0") }
                == "\(file) was last changed by deployd 2.0 (migration 'tags'), which this deployd 1.0 does not know; "
                + "start deployd 2.0 or a newer one, or restore a backup made before that")
    }

    @Test func anEditedOrMovedMigrationIsRefused() throws {
        try open([notes, tags], program: "1.0")
        let edited = Migration("tags", "CREATE TABLE tags (other TEXT PRIMARY KEY) STRICT")
        let refusal = { (name: String) in
            "migration '\(name)' was applied to \(file) by deployd 1.0 in another form than this deployd 1.1 has; "
                + "start the program that made the database, or restore a backup"
        }
        #expect(message { try open([notes, edited], program: "1.1") } == refusal("tags"))
        #expect(message { try open([tags, notes], program: "1.1") } == refusal("notes"))
    }

    @Test func oneThatFailsLeavesNothing() throws {
        let broken = Migration("broken", "CREATE TABLE half (a) \n;\nCREATE TABLE half (a)")
        #expect(throws: DeploydError.self) { try open([notes, broken], program: "1.0") }
        try open([notes, tags], program: "1.0")
    }

    @Test func aForeignFileIsRefused() throws {
        try open([], program: "1.0")
        let connection = try Connection(path: file, role: .writer)
        try connection.run("PRAGMA application_id = 7")
        #expect(
            message { try open([], program: "1.0") } == "\(file) is not a database of deployd; give another --data")
    }
}
