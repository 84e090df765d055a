extension Schema {
    /// Which master key the sealed columns belong to.
    static let masterKey = Migration(
        "master-key",
        """
        CREATE TABLE masterKey (one INTEGER PRIMARY KEY CHECK (one = 1), id BLOB NOT NULL) STRICT
        """)

    static let repositories = Migration(
        "repositories",
        """
        CREATE TABLE repositories (
            id TEXT PRIMARY KEY NOT NULL,
            name TEXT NOT NULL UNIQUE,
            url TEXT NOT NULL,
            provider TEXT NOT NULL,
            defaultBranch TEXT NOT NULL,
            createdAt INTEGER NOT NULL,
            webhookSecretSealed BLOB,
            usernameSealed BLOB,
            passwordSealed BLOB) STRICT
        """)

    static let tokens = Migration(
        "tokens",
        """
        CREATE TABLE tokens (
            sequence INTEGER PRIMARY KEY,
            id TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL,
            role TEXT NOT NULL,
            digest TEXT NOT NULL UNIQUE,
            createdAt INTEGER NOT NULL) STRICT
        """)
}
