import Core
import Crypto
import Glibc
import Model
import TestSupport
import Testing

@testable import Store

/// What `doctor` reads of a database.
struct ExaminationTests {
    let fixture: Fixture

    init() throws { fixture = try Fixture() }

    /// A column that is sealed from now on has to be opened, too.
    @Test func everySealedColumnIsKnown() throws {
        let path = fixture.directory.appending("deployd.db")
        let found = try Connection(path: path, role: .examiner).all(
            """
            SELECT t.name || '.' || c.name AS text FROM sqlite_schema AS t, pragma_table_info(t.name) AS c
            WHERE t.type = 'table' AND c.name LIKE '%Sealed' ORDER BY text
            """
        ) { try $0["text"] as String }
        #expect(found == SealedColumn.all.map { "\($0.table).\($0.column)Sealed" }.sorted())
    }

    /// With the key that sealed them, and with another.
    @Test func everySealedValueIsOpenedWhereItIs() async throws {
        let object = DeclaredObject(id: ObjectID(.environment, "qa"), document: [:], changedAt: moment(1))
        try await fixture.insert(Sample.application("hello"))
        try await fixture.storage.write { writer in
            try writer.insert(Sample.repository, secrets: Sample.secrets)
            try writer.insert(Sample.instance("hello"))
            try writer.insert(Sample.deployment("x1"))
            try writer.insert(Sample.resource("u1"))
            try writer.put(Sample.secret("KEY"), value: Secret("hunter2"))
            try writer.put(object)
        }
        let right = examine(with: fixture.key)
        #expect(right.findings.first { $0.check == "sealed" }?.text == "all 11 sealed values open with the master key")
        #expect(right.inventory?.instances.map(\.id) == [Sample.instance("hello").id])
        let wrong = examine(with: MasterKey.random())
        #expect(wrong.inventory == nil)
        let failures = wrong.findings.filter { $0.check == "sealed" }
        #expect(failures.count == 11 && failures.allSatisfy { $0.level == .problem && !$0.text.contains("hunter2") })
    }

    @Test func theDatabaseIsNotWritten() async throws {
        try await fixture.insert(Sample.application("hello"))
        fixture.storage.close()
        let before = try state()
        #expect(examine(with: fixture.key).inventory != nil)
        #expect(try state() == before)
    }

    /// Size and time of the database's file.
    private func state() throws -> [Int] {
        var status = stat()
        try #require(stat(fixture.directory.appending("deployd.db"), &status) == 0)
        return [Int(status.st_size), status.st_mtim.tv_sec, status.st_mtim.tv_nsec]
    }

    private func examine(with key: MasterKey) -> DatabaseExamination {
        DatabaseExamination(directory: fixture.directory.path, masterKey: key, program: "1.0", now: moment(100))
    }
}
