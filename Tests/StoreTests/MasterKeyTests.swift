import Core
import Crypto
import Glibc
import Store
import TestSupport
import Testing

struct MasterKeyTests {
    private let directory = TemporaryDirectory("deployd-key")

    private func open() throws {
        try SQLiteStorage(
            directory: directory.path, masterKey: SQLiteStorage.masterKey(of: directory.path), program: "1.0"
        ).close()
    }

    @Test func aKeyIsMadeWithANewDatabaseOnly() throws {
        let path = directory.appending("master.key")
        try open()
        let key = try MasterKey.load(at: path).id
        try open()
        #expect(try MasterKey.load(at: path).id == key)
        #expect(rename(path, directory.appending("aside")) == 0)
        let error = #expect(throws: DeploydError.self) { try open() }
        #expect(error?.code == .notFound)
        #expect(
            error?.message
                == "the master key \(path) is gone, and the secrets in \(directory.path)/deployd.db are sealed "
                + "with it: put the file back; without it, begin anew with another --data")
        #expect(access(path, F_OK) != 0)
        #expect(rename(directory.appending("aside"), path) == 0)
        try open()
    }
}
