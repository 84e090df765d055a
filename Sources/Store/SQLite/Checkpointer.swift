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
    private let log: Log
    private let state = Monitor(State())
    private let thread = Mutex<OSThread?>(nil)

    init(connection: Connection, limits: Limits, log: Log) throws {
        self.limits = limits
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
        while true {
            switch next(&seen) {
            case .end: return
            case .look: continue
            case .checkpoint(let mode): checkpoint(connection, mode)
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
                let isLarge = state.pages >= limits.manyPages
                return (.checkpoint(isLarge ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE), state.commits)
            }
            guard isDirty, state.commits == before else { return (.look, state.commits) }
            state.truncated = state.commits
            return (.checkpoint(SQLITE_CHECKPOINT_TRUNCATE), state.commits)
        }
        seen = commits
        return task
    }

    private func checkpoint(_ connection: Connection, _ mode: Int32) {
        let code = sqlite3_wal_checkpoint_v2(connection.handle, nil, mode, nil, nil)
        // Busy: a reader or the writer was in the way; the next one comes.
        guard code != SQLITE_OK, code & 0xff != SQLITE_BUSY else { return }
        log.error(
            "the write-ahead log cannot be checkpointed", ["error": "\(SQLiteError(code, on: connection.handle))"])
    }
}
