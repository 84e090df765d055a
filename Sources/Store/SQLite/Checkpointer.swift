import CSQLite
import Core
import Synchronization

/// The thread that copies the write-ahead log into the database file, so that no commit waits for it.
///
/// Passive when the log has grown by `pages`; one that waits for readers when the log is far beyond that, since a log
/// starts anew only when no reader needs its end; and one that truncates the file when nothing was written for a while.
final class Checkpointer: Sendable {
    struct Limits: Sendable {
        /// By how many pages the log grows between two checkpoints (4 MB).
        var pages = 1000
        /// From how many pages on a checkpoint may hold up writers for a moment (64 MB).
        var manyPages = 16_000
        /// So many pages are many where the disk has no room for as many more.
        var pageSize = 4096
        var idle: Duration = .seconds(10)
    }

    private struct State: Sendable {
        var pages = 0
        /// What the log held at the last checkpoint.
        var mark = 0
        var commits = 0
        /// Commits up to the last truncation.
        var truncated = 0
        var isClosed = false
    }

    private enum Task { case checkpoint(Int32), look, end }

    private let limits: Limits
    private let path: String
    private let reserve: DiskReserve
    private let log: Log
    private let state = Monitor(State())
    private let thread = Mutex<OSThread?>(nil)

    /// - Parameter path: of the database.
    init(connection: Connection, path: String, reserve: DiskReserve, limits: Limits, log: Log) throws {
        self.limits = limits
        self.path = path
        self.reserve = reserve
        self.log = log
        let started = try OSThread("store-checkpt") { self.run(connection) }
        thread.withLock { $0 = started }
    }

    /// Told by the writer's connection after each commit.
    /// - Parameter pages: how many pages the log holds.
    func committed(pages: Int) {
        state.change { state in
            state.commits += 1
            if pages < state.mark { state.mark = 0 }
            state.pages = pages
        }
    }

    func close() {
        state.change { $0.isClosed = true }
        thread.withLock { thread in
            defer { thread = nil }
            return thread
        }?.join()
    }

    private func run(_ connection: Connection) {
        var seen = 0
        var lastError = SQLITE_OK
        while true {
            switch next(&seen) {
            case .end: return
            case .look: continue
            case .checkpoint(let mode):
                checkpoint(connection, mode, &lastError)
                if mode == SQLITE_CHECKPOINT_TRUNCATE { reserve.make() }
            }
        }
    }

    /// Waits for something to do. Without commits it sleeps until the next one.
    /// - Parameter seen: commits at the last look.
    private func next(_ seen: inout Int) -> Task {
        let isDirty = state.withLock { $0.commits != $0.truncated }
        let (limits, before) = (limits, seen)
        let (task, commits) = state.wait(atMost: isDirty ? limits.idle : nil) { state in
            state.isClosed || state.pages - state.mark >= limits.pages || !isDirty && state.commits != state.truncated
        } then: { state -> (Task, Int) in
            if state.isClosed { return (.end, state.commits) }
            if state.pages - state.mark >= limits.pages {
                state.mark = state.pages
                let isLarge = state.pages >= limits.manyPages || isCramped(state.pages)
                return (.checkpoint(isLarge ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE), state.commits)
            }
            guard isDirty, state.commits == before else { return (.look, state.commits) }
            state.truncated = state.commits
            return (.checkpoint(SQLITE_CHECKPOINT_TRUNCATE), state.commits)
        }
        seen = commits
        return task
    }

    /// Whether the disk has no room for as many pages again.
    private func isCramped(_ pages: Int) -> Bool {
        guard let free = DiskSpace.free(at: path) else { return false }
        return free < pages * limits.pageSize
    }

    /// - Parameter lastError: what the last one met.
    private func checkpoint(_ connection: Connection, _ mode: Int32, _ lastError: inout Int32) {
        let code = sqlite3_wal_checkpoint_v2(connection.handle, nil, mode, nil, nil)
        // Busy: a reader or the writer was in the way; the next one comes.
        guard code != SQLITE_OK, code & 0xff != SQLITE_BUSY else { return lastError = SQLITE_OK }
        // The same, again and again, is said once.
        guard lastError != code else { return }
        lastError = code
        log.error(
            "the write-ahead log cannot be checkpointed", ["error": "\(SQLiteError(code, on: connection.handle))"])
    }
}
