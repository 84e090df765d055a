import Core
import Crypto

/// Seals the columns that hold secrets.
///
/// What is sealed is tied to its table, row and column, so that it does not open anywhere else.
struct Vault: Sendable {
    let key: MasterKey

    struct Place {
        let table: String
        let row: [String]
        let column: String

        init(_ table: String, _ row: String..., column: String) { self.init(table, row: row, column: column) }

        init(_ table: String, row: [String], column: String) {
            self.table = table
            self.row = row
            self.column = column
        }

        /// Each part with its length before it, so that no two places read the same.
        var text: String {
            ([table] + row + [column]).map { "\($0.utf8.count):\($0)" }.joined()
        }
    }

    func seal(_ text: String, at place: Place) -> [UInt8] {
        key.seal(text.utf8, associatedData: place.text.utf8)
    }

    func seal(_ secret: Secret?, at place: Place) -> [UInt8]? {
        secret.map { key.seal($0, associatedData: place.text) }
    }

    /// Another one for another value of the place; says nothing of the value to whoever has not the key.
    func fingerprint(of secret: Secret, at place: Place) -> String {
        key.fingerprint(of: secret, context: place.text).hex
    }

    /// - Throws: `DeploydError` when another key sealed it, or it was changed or moved.
    func open(_ sealed: [UInt8], at place: Place) throws -> String {
        String(decoding: try key.open(sealed, associatedData: place.text.utf8), as: UTF8.self)
    }

    func open(_ sealed: [UInt8]?, at place: Place) throws -> Secret? {
        try sealed.map { try key.openSecret($0, associatedData: place.text) }
    }
}

extension Vault {
    /// Ties a new database to this key, and refuses one that belongs to another.
    static func check(_ key: MasterKey, _ transaction: WriteTransaction, directory: String) throws {
        let connection = transaction.connection
        guard let known = try connection.first("SELECT id FROM masterKey", { row -> [UInt8] in try row["id"] }) else {
            try connection.run("INSERT INTO masterKey (one, id) VALUES (1, \(key.id))")
            return
        }
        guard known == key.id else {
            throw DeploydError(
                .conflict,
                "the secrets in \(directory) are sealed with the master key \(Hex.encode(known)), but the master key "
                    + "here is \(Hex.encode(key.id)); put back the master key file that belongs to them")
        }
    }
}
