import CSQLite
import Core

/// The items of one commit, each in a savepoint of its own, so that one that throws takes back only what it did.
struct WriteGroup {
    private let connection: Connection
    /// What is told to each item that was run, once it is known what became of the group.
    private var tellings: [@Sendable (DeploydError?) -> Void] = []
    /// How many items were run, whatever came of them.
    var tried: Int { tellings.count }

    init(_ connection: Connection) { self.connection = connection }

    func begin() throws(SQLiteError) { try connection.run("BEGIN IMMEDIATE") }

    /// - Throws: `SQLiteError` when the whole group is lost; `item`'s own error goes to its caller.
    mutating func add(_ item: WriteItem) throws(SQLiteError) {
        try connection.run("SAVEPOINT item")
        let outcome = Result { try item.run(WriteTransaction(connection: connection)) }
        // SQLite takes back the whole transaction after some errors, of which the body may have swallowed one.
        guard !connection.isIdle else {
            let lost = SQLiteError(code: SQLITE_ABORT, message: "the transaction was rolled back")
            guard case .failure(let error) = outcome else {
                tellings.append { _ in item.fail(lost.explained) }
                throw lost
            }
            tellings.append { _ in item.fail(explained(error)) }
            throw error as? SQLiteError ?? lost
        }
        switch outcome {
        case .success(let complete):
            tellings.append(complete)
        case .failure(let error):
            tellings.append { _ in item.fail(explained(error)) }
            // Not its own fault: the whole group may find room another time.
            if let full = error as? SQLiteError, full.primaryCode == SQLITE_FULL { throw full }
            try connection.run("ROLLBACK TO item")
        }
        try connection.run("RELEASE item")
    }

    func commit() throws(SQLiteError) { try connection.run("COMMIT") }

    /// Takes back what is not taken back yet. Nobody is told.
    func takeBack() {
        if !connection.isIdle { _ = try? connection.run("ROLLBACK") }
    }

    /// Tells the items that were run: with nil that they are durable, as far as they did not fail by themselves.
    func tell(_ error: DeploydError?) { tellings.forEach { $0(error) } }
}
