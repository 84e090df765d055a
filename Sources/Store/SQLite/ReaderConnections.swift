import Core
import Synchronization

/// Connections for reading, each lent to one thread at a time and kept for the next.
final class ReaderConnections: Sendable {
    private struct State: Sendable {
        var idle: [Connection] = []
        var lent = 0
        var isClosed = false
    }

    private let path: String
    private let bound: Int
    private let state = Mutex(State())

    /// - Parameter bound: how many may be lent at once.
    init(path: String, bound: Int) {
        self.path = path
        self.bound = bound
    }

    /// Runs `body` over one snapshot on the calling thread.
    func read<Value>(_ body: (ReadTransaction) throws -> Value) throws -> Value {
        let connection = try take()
        defer { giveBack(connection) }
        do {
            try connection.run("BEGIN")
            defer { _ = try? connection.run("ROLLBACK") }
            return try body(ReadTransaction(connection: connection))
        } catch {
            throw explained(error)
        }
    }

    /// Closes those that are idle; those that are lent close when they come back.
    func close() {
        state.withLock { state in
            state.isClosed = true
            state.idle = []
        }
    }

    private func take() throws -> Connection {
        let kept: Connection? = try state.withLock { state in
            guard !state.isClosed else { throw DeploydError(.unavailable, "the store is closed; start deployd again") }
            guard state.lent < bound else {
                throw DeploydError(.exhausted, "\(bound) reads of the database run already; try again in a moment")
            }
            state.lent += 1
            return state.idle.popLast()
        }
        if let kept { return kept }
        do throws(SQLiteError) {
            return try Connection(path: path, role: .reader)
        } catch {
            state.withLock { $0.lent -= 1 }
            throw error.explained
        }
    }

    private func giveBack(_ connection: Connection) {
        state.withLock { state in
            state.lent -= 1
            if !state.isClosed, connection.isIdle { state.idle.append(connection) }
        }
    }
}
