import CSQLite
import Core
import Model

/// What a reader and a writer share: the questions, in `Queries/`.
protocol StoredQueries: StorageReader {
    var connection: Connection { get }
    var vault: Vault { get }
}

struct StoredReader: StoredQueries {
    let connection: Connection
    let vault: Vault
}

/// A class, since it notes what its caller appended.
final class StoredWriter: StoredQueries, StorageWriter {
    let connection: Connection
    let vault: Vault
    /// The last event that was appended.
    var newest: Int64?

    init(connection: Connection, vault: Vault) {
        self.connection = connection
        self.vault = vault
    }
}

// The closures of `read` and `write` may catch what is thrown here, so it is explained already.
extension StoredQueries {
    func rows<Value>(_ sql: SQL, _ decode: (borrowing Row) throws -> Value) throws -> [Value] {
        do { return try connection.all(sql, decode) } catch { throw explained(error) }
    }

    func row<Value>(_ sql: SQL, _ decode: (borrowing Row) throws -> Value) throws -> Value? {
        do { return try connection.first(sql, decode) } catch { throw explained(error) }
    }
}

extension StoredWriter {
    /// - Parameter conflict: says what exists already.
    func insert(_ sql: SQL, conflict: @autoclosure () -> String) throws {
        do throws(SQLiteError) {
            try connection.run(sql)
        } catch {
            guard [SQLiteError.unique, SQLiteError.primaryKey].contains(error.code) else { throw error.explained }
            throw DeploydError(.conflict, conflict(), cause: error)
        }
    }

    /// - Parameter missing: says what does not exist.
    func update(_ sql: SQL, missing: @autoclosure () -> String) throws {
        guard try run(sql) > 0 else { throw DeploydError(.notFound, missing()) }
    }

    @discardableResult
    func run(_ sql: SQL) throws -> Int {
        do throws(SQLiteError) { return try connection.run(sql) } catch { throw error.explained }
    }
}
