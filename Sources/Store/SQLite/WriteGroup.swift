import CSQLite
import Core

/// The items of one commit, each in a savepoint of its own, so that one that throws takes back only what it did.
struct WriteGroup {
    private let connection: Connection
    private var done: [@Sendable (DeploydError?) -> Void] = []
    /// How many items were run, whatever came of them.
    private(set) var tried = 0

    init(_ connection: Connection) { self.connection = connection }

    func begin() throws(SQLiteError) { try connection.run("BEGIN IMMEDIATE") }

    /// - Throws: `SQLiteError` when the whole group is lost; `item`'s own error goes to its caller.
    mutating func add(_ item: WriteItem) throws(SQLiteError) {
        try connection.run("SAVEPOINT item")
        tried += 1
        let outcome = Result { try item.run(WriteTransaction(connection: connection)) }
        // SQLite takes back the whole transaction after some errors, of which the body may have swallowed one.
        guard !connection.isIdle else {
            let lost = SQLiteError(code: SQLITE_ABORT, message: "the transaction was rolled back")
            guard case .failure(let error) = outcome else {
                item.fail(lost.explained)
                throw lost
            }
            item.fail(explained(error))
            throw error as? SQLiteError ?? lost
        }
        switch outcome {
        case .success(let complete):
            done.append(complete)
        case .failure(let error):
            defer { item.fail(explained(error)) }
            try connection.run("ROLLBACK TO item")
        }
        try connection.run("RELEASE item")
    }

    func commit() throws(SQLiteError) { try connection.run("COMMIT") }

    /// Takes back what is not taken back yet, and tells the items that ran well.
    func abandon(_ error: SQLiteError) {
        if !connection.isIdle { _ = try? connection.run("ROLLBACK") }
        done.forEach { $0(error.explained) }
    }

    /// Tells the items that they are durable.
    func finish() { done.forEach { $0(nil) } }
}
