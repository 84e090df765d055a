import Core
import Model

extension StoredQueries {
    func declaredObjects() throws -> [DeclaredObject] {
        try rows("SELECT * FROM declaredObjects ORDER BY kind, name") { row in
            let id = ObjectID(try row["kind"], try row["name"])
            let text = try vault.open(row["documentSealed"] as [UInt8], at: place(id))
            return DeclaredObject(id: id, document: try JSONColumn.parse(text), changedAt: try row["changedAt"])
        }
    }

    fileprivate func place(_ id: ObjectID) -> Vault.Place {
        Vault.Place("declaredObjects", id.kind.rawValue, id.name, column: "document")
    }
}

extension StoredWriter {
    func put(_ object: DeclaredObject) throws {
        let id = object.id
        try run(
            """
            INSERT INTO declaredObjects (kind, name, documentSealed, changedAt)
            VALUES (\(id.kind), \(id.name), \(vault.seal(object.document.text, at: place(id))), \(object.changedAt))
            ON CONFLICT (kind, name) DO UPDATE SET
                documentSealed = excluded.documentSealed, changedAt = excluded.changedAt
            """)
    }

    func remove(_ object: ObjectID) throws {
        try run("DELETE FROM declaredObjects WHERE kind = \(object.kind) AND name = \(object.name)")
    }
}
