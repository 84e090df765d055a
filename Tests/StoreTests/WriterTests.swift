import Core
import Glibc
import Synchronization
import TestSupport
import Testing

@testable import Store

struct WriterTests {
    let directory = TemporaryDirectory("store")

    /// Holds the writer up until the result is called, so that what is written meanwhile waits together.
    private func hold(_ database: Database) -> @Sendable () -> Void {
        let gate = Monitor((started: false, open: false))
        database.write({ _ in
            gate.changeForAll { $0.started = true }
            gate.wait(until: { $0.open }, then: { _ in })
        }) { _ in }
        gate.wait(until: { $0.started }, then: { _ in })
        return { gate.changeForAll { $0.open = true } }
    }

    @Test func whatWaitsIsCommittedTogether() async throws {
        let database = try open(directory.path)
        let release = hold(database)
        let done = Mutex(0)
        for number in 0..<100 {
            database.write(add("\(number)")) { result in
                if case .success = result { done.withLock { $0 += 1 } }
            }
        }
        #expect(done.withLock { $0 } == 0)
        release()
        #expect(await eventually { done.withLock { $0 } == 100 })
        #expect(database.committed == Writer.Counts(commits: 2, items: 101))
        #expect(try await database.read(texts) == (0..<100).map(String.init))
    }

    @Test func anItemThatThrowsTakesBackOnlyItsOwn() async throws {
        struct Refused: Error {}
        let database = try open(directory.path)
        let release = hold(database)
        let outcomes = Mutex<[String]>([])
        let changes: [@Sendable (WriteTransaction) throws -> Void] = [
            add("a"),
            {
                try add("b")($0); throw Refused()
            },
            {
                try add("c")($0); try add("a")($0)
            },
            add("d"),
        ]
        for change in changes {
            database.write(change) { result in
                outcomes.withLock { outcomes in
                    switch result {
                    case .success: outcomes.append("done")
                    case .failure(let error): outcomes.append((error as? DeploydError)?.message ?? "\(error)")
                    }
                }
            }
        }
        release()
        try await database.write { _ in }
        #expect(
            outcomes.withLock { $0 } == ["done", "Refused()", "something of that identity exists already", "done"])
        #expect(try await database.read(texts) == ["a", "d"])
    }

    @Test func tooManyThatWaitAreRefused() async throws {
        let database = try open(directory.path, .init(writes: 1000))
        let release = hold(database)
        let counts = Monitor((done: 0, refused: 0))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<10_000 {
                group.addTask {
                    do {
                        try await database.write(add("\(number)"))
                        counts.withLock { $0.done += 1 }
                    } catch let error as DeploydError where error.code == .exhausted {
                        counts.withLock { $0.refused += 1 }
                    }
                }
            }
            #expect(await eventually { counts.withLock { $0.refused } == 9000 })
            release()
            try await group.waitForAll()
        }
        #expect(counts.withLock { [$0.done, $0.refused] } == [1000, 9000])
        #expect(try await database.read(texts).count == 1000)
    }

    @Test func aFullDatabaseFailsTheChangesAndTheWriterGoesOn() async throws {
        let database = try open(directory.path, .init(pages: 40))
        try await fill(database)
        _ = try await database.write { try $0.connection.run("DELETE FROM notes WHERE length(text) > 10") }
        try await database.write(add("after"))
        #expect(try await database.read(texts) == ["before", "after"])
    }

    @Test(.enabled(if: geteuid() == 0, "SKIPPED: only root can mount the small disk that this fills"))
    func aFullDiskFailsTheChangesAndTheWriterGoesOn() async throws {
        try #require(mount("tmpfs", directory.path, "tmpfs", 0, "size=2m,mode=0700") == 0)
        defer { umount2(directory.path, Int32(MNT_DETACH)) }
        let database = try open(directory.path)
        defer { database.close() }
        let ballast = directory.appending("ballast")
        let file = Glibc.open(ballast, O_WRONLY | O_CREAT, 0o600)
        try #require(posix_fallocate(file, 0, 1_000_000) == 0)
        close(file)
        try await fill(database)
        unlink(ballast)
        try await database.write(add("after"))
        #expect(try await database.read(texts).last == "after")
    }

    /// Writes until the disk is full, and checks what the writers are told.
    private func fill(_ database: Database) async throws {
        try await database.write(add("before"))
        let failure = await #expect(throws: DeploydError.self) {
            for number in 0..<1000 {
                try await database.write(add(String(repeating: "x", count: 20_000) + "\(number)"))
            }
        }
        #expect(failure?.code == .unavailable)
        #expect(
            failure?.message == "the disk that holds the database is full; free some space on it, then try again")
    }
}
