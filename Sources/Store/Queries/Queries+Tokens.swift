import Core
import Model

extension StoredQueries {
    func token(digest: String) throws -> Token? {
        try row("SELECT * FROM tokens WHERE digest = \(digest)", token)
    }

    func tokens() throws -> [Token] {
        try rows("SELECT * FROM tokens ORDER BY sequence", token)
    }

    private func token(_ row: borrowing Row) throws -> Token {
        Token(
            id: try row["id"], name: try row["name"], role: try row["role"], digest: try row["digest"],
            createdAt: try row["createdAt"])
    }
}

extension StoredWriter {
    func insert(_ token: Token) throws {
        try insert(
            """
            INSERT INTO tokens (id, name, role, digest, createdAt)
            VALUES (\(token.id), \(token.name), \(token.role), \(token.digest), \(token.createdAt))
            """, conflict: "the token \(token.id) exists already")
    }

    func removeToken(id: String) throws {
        try run("DELETE FROM tokens WHERE id = \(id)")
    }
}
