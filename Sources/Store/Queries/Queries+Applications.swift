import Core
import Model

extension StoredQueries {
    func application(_ name: String) throws -> Application? {
        try row("SELECT * FROM applications WHERE name = \(name) AND deletedAt IS NULL", application)
    }

    func applications(_ page: PageRequest) throws -> Page<Application> {
        try byName("applications", where: ["deletedAt IS NULL"], page, application)
    }

    func applications(ownedBy repository: String) throws -> [Application] {
        try rows("SELECT * FROM applications WHERE ownerRepository = \(repository) ORDER BY name", application)
    }

    private func application(_ row: borrowing Row) throws -> Application {
        let repository: String? = try row["ownerRepository"]
        let path: String? = try row["ownerPath"]
        let triggers: JSONColumn? = try row["triggers"]
        return Application(
            name: try row["name"], description: try row["description"], url: try row["url"],
            labels: try (row["labels"] as JSONColumn).textsByName,
            owner: repository.map { Application.Owner(repository: $0, path: path ?? "") },
            settings: Application.Settings(
                environmentSets: try (row["environmentSets"] as JSONColumn).texts,
                environments: try (row["environments"] as JSONColumn).texts,
                triggers: try triggers?.triggers, targets: try (row["targets"] as JSONColumn).targets),
            detachment: try row["detachment"], createdAt: try row["createdAt"])
    }
}

extension StoredWriter {
    /// One that was deleted gives its place to the new one of its name, and its identity.
    func insert(_ application: Application) throws {
        let count = try run(
            """
            INSERT INTO applications (
                name, description, url, labels, ownerRepository, ownerPath, environmentSets, environments, triggers,
                targets, detachment, createdAt, identity)
            VALUES (
                \(application.name), \(application.description), \(application.url), \(JSONColumn(application.labels)),
                \(application.owner?.repository), \(application.owner?.path),
                \(JSONColumn(application.settings.environmentSets)), \(JSONColumn(application.settings.environments)),
                \(application.settings.triggers.map { JSONColumn($0) }), \(JSONColumn(application.settings.targets)),
                \(application.detachment), \(application.createdAt), \(try newIdentity(of: application.name)))
            ON CONFLICT (name) DO UPDATE SET
                description = excluded.description, url = excluded.url, labels = excluded.labels,
                ownerRepository = excluded.ownerRepository, ownerPath = excluded.ownerPath,
                environmentSets = excluded.environmentSets, environments = excluded.environments,
                triggers = excluded.triggers, targets = excluded.targets, detachment = excluded.detachment,
                createdAt = excluded.createdAt, deletedAt = NULL
            WHERE deletedAt IS NOT NULL
            """)
        guard count > 0 else {
            throw DeploydError(.conflict, "the application \(application.name) exists already")
        }
    }

    func removeApplication(_ name: String, at moment: Timestamp) throws {
        for table in ["environmentVersions", "applicationSecrets"] {
            try run("DELETE FROM \(raw: table) WHERE application = \(name)")
        }
        try update(
            """
            UPDATE applications SET deletedAt = \(moment), ownerRepository = NULL, ownerPath = NULL
            WHERE name = \(name) AND deletedAt IS NULL
            """, missing: "there is no application \(name)")
    }

    func update(_ application: Application) throws {
        try update(
            """
            UPDATE applications SET
                description = \(application.description), url = \(application.url),
                labels = \(JSONColumn(application.labels)), ownerRepository = \(application.owner?.repository),
                ownerPath = \(application.owner?.path),
                environmentSets = \(JSONColumn(application.settings.environmentSets)),
                environments = \(JSONColumn(application.settings.environments)),
                triggers = \(application.settings.triggers.map { JSONColumn($0) }),
                targets = \(JSONColumn(application.settings.targets)), detachment = \(application.detachment)
            WHERE name = \(application.name) AND deletedAt IS NULL
            """, missing: "there is no application \(application.name)")
    }
}
