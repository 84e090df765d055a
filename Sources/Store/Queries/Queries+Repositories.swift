import Core
import Model

extension StoredQueries {
    func repository(id: String) throws -> CodeRepository? {
        try row("SELECT * FROM repositories WHERE id = \(id)", repository)
    }

    func repository(named name: String) throws -> CodeRepository? {
        try row("SELECT * FROM repositories WHERE name = \(name)", repository)
    }

    func repositories(_ page: PageRequest) throws -> Page<CodeRepository> {
        try byName("repositories", page, repository)
    }

    func repositorySecrets(id: String) throws -> RepositorySecrets? {
        let columns = "webhookSecretSealed, usernameSealed, passwordSealed"
        return try row("SELECT \(raw: columns) FROM repositories WHERE id = \(id)") { row in
            RepositorySecrets(
                webhookSecret: try vault.open(row["webhookSecretSealed"], at: place(id, "webhookSecret")),
                username: try vault.open(row["usernameSealed"], at: place(id, "username"))?.reveal(),
                password: try vault.open(row["passwordSealed"], at: place(id, "password")))
        }
    }

    fileprivate func place(_ id: String, _ column: String) -> Vault.Place {
        Vault.Place("repositories", id, column: column)
    }

    private func repository(_ row: borrowing Row) throws -> CodeRepository {
        CodeRepository(
            id: try row["id"], name: try row["name"], url: try row["url"], provider: try row["provider"],
            defaultBranch: try row["defaultBranch"], createdAt: try row["createdAt"],
            sweep: CodeRepository.Sweep(at: try row["sweptAt"], problem: try row["sweepProblem"]))
    }
}

extension StoredWriter {
    func insert(_ repository: CodeRepository, secrets: RepositorySecrets) throws {
        let id = repository.id
        let webhookSecret = vault.seal(secrets.webhookSecret, at: place(id, "webhookSecret"))
        let username = vault.seal(secrets.username.map(Secret.init), at: place(id, "username"))
        let password = vault.seal(secrets.password, at: place(id, "password"))
        try insert(
            """
            INSERT INTO repositories (
                id, name, url, provider, defaultBranch, createdAt, webhookSecretSealed, usernameSealed, passwordSealed)
            VALUES (
                \(id), \(repository.name), \(repository.url), \(repository.provider), \(repository.defaultBranch),
                \(repository.createdAt), \(webhookSecret), \(username), \(password))
            """, conflict: "the code repository \(repository.name) is registered already")
    }

    func removeRepository(id: String) throws {
        try run("DELETE FROM repositories WHERE id = \(id)")
        try run("DELETE FROM seenReferences WHERE repository = \(id)")
    }
}
