import Core
import Glibc
import TestSupport
import Testing

@testable import Store

/// A disk of 16 MB that is full.
@Suite(.enabled(if: geteuid() == 0, "SKIPPED: only root can mount the small disk that this fills"))
struct DiskFullTests {
    let directory = TemporaryDirectory("store")

    private func withDisk(_ body: (_ database: Database, _ fill: () throws -> Void) async throws -> Void) async throws {
        try #require(mount("tmpfs", directory.path, "tmpfs", 0, "size=16m,mode=0700") == 0)
        defer { umount2(directory.path, Int32(MNT_DETACH)) }
        let database = try open(directory.path)
        defer { database.close() }
        let path = directory.appending("ballast")
        try await body(database) {
            let file = Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND, 0o600)
            defer { close(file) }
            let piece = [UInt8](repeating: 1, count: 4096)
            while piece.withUnsafeBytes({ write(file, $0.baseAddress, $0.count) }) > 0 {}
        }
    }

    private static func text(_ number: Int) -> String { String(repeating: "\(number % 10)", count: 500_000) }

    private func set(_ number: Int) -> @Sendable (WriteTransaction) throws -> Void {
        { try $0.connection.run("INSERT OR REPLACE INTO notes (id, text) VALUES (1, \(DiskFullTests.text(number)))") }
    }

    /// A reader kept the log from starting anew until it had all that was left of the disk: it gives that back.
    @Test func theLogGivesBackWhatItTook() async throws {
        try await withDisk { database, fill in
            try await database.write(set(0))
            let gate = Monitor((reads: false, over: false))
            let reader = try OSThread("reader") {
                _ = try? database.readNow { transaction in
                    _ = try transaction.connection.all("SELECT id FROM notes") { try $0[0] as Int64 }
                    gate.changeForAll { $0.reads = true }
                    gate.wait(until: { $0.over }, then: { _ in })
                }
            }
            gate.wait(until: { $0.reads }, then: { _ in })
            for number in 1...4 { try await database.write(set(number)) }
            try fill()
            gate.changeForAll { $0.over = true }
            reader.join()
            try await database.write(set(17))
            #expect(try await database.read(texts) == [DiskFullTests.text(17)])
            #expect(!database.isDiskFull)
        }
    }

    /// What finds no room is refused, once, and what was refused is not done later.
    @Test func whatFindsNoRoomIsToldSo() async throws {
        try await withDisk { database, fill in
            try await database.write(add("before"))
            try fill()
            let failure = await #expect(throws: DeploydError.self) {
                for number in 0..<1000 {
                    try await database.write(add("\(number) \(String(repeating: "x", count: 20_000))"))
                }
            }
            #expect(failure?.code == .unavailable && database.isDiskFull)
            #expect(try await database.read(texts).contains("before"))
            unlink(directory.appending("ballast"))
            try await database.write(add("after"))
            #expect(try await database.read(texts).last == "after" && !database.isDiskFull)
        }
    }
}
