import Core
import Model

extension StoredQueries {
    func resource(id: String) throws -> Resource? {
        try row("SELECT * FROM resources WHERE id = \(id)", resource)
    }

    func resources(of instance: InstanceID) throws -> [Resource] {
        try rows(
            """
            SELECT * FROM resources WHERE application = \(instance.application) AND target = \(instance.target)
            ORDER BY sequence
            """, resource)
    }

    func sharedResources(of world: String) throws -> [Resource] {
        try rows(
            "SELECT * FROM resources WHERE application IS NULL AND world = \(world) ORDER BY sequence", resource)
    }

    func worldsWithSharedResources() throws -> [String] {
        try rows("SELECT DISTINCT world FROM resources WHERE application IS NULL ORDER BY world") { try $0["world"] }
    }

    func resources(_ filter: ResourceFilter, _ page: PageRequest) throws -> Page<Resource> {
        let conditions: [SQL?] = [
            .matching("world", filter.world), .matching("application", filter.application),
            .matching("target", filter.target), .matching("slug", filter.slug), .matching("status", filter.status),
            filter.isShared.map { $0 ? "application IS NULL" : "application IS NOT NULL" },
            .oneOf(filter.instances, orSharedBy: filter.sharingWorlds),
        ]
        return try newestFirst("resources", where: conditions, page, resource)
    }

    fileprivate func place(_ id: String, _ column: String) -> Vault.Place {
        Vault.Place("resources", id, column: column)
    }

    private func resource(_ row: borrowing Row) throws -> Resource {
        let id: String = try row["id"]
        return Resource(
            id: id, instance: try instance(row), name: try row["name"], world: try row["world"],
            slug: try row["slug"], repository: try row["repository"], commit: try row["commit"],
            status: try row["status"],
            reason: try row["reason"], parameters: try opened(row["parametersSealed"], place(id, "parameters")),
            secretParameters: try secretParameters(row, id),
            outputs: try outputs(row, id), definition: try row["definition"],
            state: try vault.open(row["stateSealed"], at: place(id, "state")),
            createdAt: try row["createdAt"], changedAt: try row["changedAt"])
    }

    private func instance(_ row: borrowing Row) throws -> InstanceID? {
        let application: String? = try row["application"]
        return application == nil ? nil : try row.instance
    }

    private func secretParameters(_ row: borrowing Row, _ id: String) throws -> [String: Secret] {
        let sealed: [UInt8]? = try row["secretParametersSealed"]
        guard let sealed else { return [:] }
        return try opened(sealed, place(id, "secretParameters")).mapValues { Secret($0) }
    }

    private func outputs(_ row: borrowing Row, _ id: String) throws -> [String: Resource.Output] {
        let plain = try (row["outputs"] as JSONColumn).textsByName
        let secret = try opened(row["secretOutputsSealed"], place(id, "secretOutputs"))
        return plain.mapValues(Resource.Output.plain)
            .merging(secret.mapValues { .secret(Secret($0)) }) { _, secret in secret }
    }

    private func opened(_ sealed: [UInt8], _ place: Vault.Place) throws -> [String: String] {
        try JSONColumn.parse(try vault.open(sealed, at: place)).textsByName
    }
}

extension StoredWriter {
    func insert(_ resource: Resource) throws {
        let (plain, secret) = outputs(resource)
        try insert(
            """
            INSERT INTO resources (
                id, application, target, name, world, slug, repository, "commit", status, reason, parametersSealed,
                secretParametersSealed, outputs, secretOutputsSealed, definition, stateSealed, createdAt, changedAt)
            VALUES (
                \(resource.id), \(resource.instance?.application), \(resource.instance?.target), \(resource.name),
                \(resource.world), \(resource.slug), \(resource.repository), \(resource.commit), \(resource.status),
                \(resource.reason),
                \(sealed(resource.parameters, place(resource.id, "parameters"))),
                \(secretParameters(resource)), \(JSONColumn(plain)),
                \(sealed(secret, place(resource.id, "secretOutputs"))), \(resource.definition),
                \(vault.seal(resource.state, at: place(resource.id, "state"))), \(resource.createdAt),
                \(resource.changedAt))
            """, conflict: "\(resource.instance?.description ?? resource.world) has a resource \(resource.name) already"
        )
    }

    func update(_ resource: Resource) throws {
        let (plain, secret) = outputs(resource)
        try update(
            """
            UPDATE resources SET
                slug = \(resource.slug), repository = \(resource.repository), "commit" = \(resource.commit),
                status = \(resource.status),
                reason = \(resource.reason),
                parametersSealed = \(sealed(resource.parameters, place(resource.id, "parameters"))),
                secretParametersSealed = \(secretParameters(resource)),
                outputs = \(JSONColumn(plain)),
                secretOutputsSealed = \(sealed(secret, place(resource.id, "secretOutputs"))),
                definition = \(resource.definition),
                stateSealed = \(vault.seal(resource.state, at: place(resource.id, "state"))),
                changedAt = \(resource.changedAt)
            WHERE id = \(resource.id)
            """, missing: "there is no resource \(resource.id)")
    }

    func removeResource(id: String) throws {
        try run("DELETE FROM resources WHERE id = \(id)")
    }

    private func outputs(_ resource: Resource) -> (plain: [String: String], secret: [String: String]) {
        (
            resource.outputs.filter { !$0.value.isSecret }.mapValues { $0.reveal() },
            resource.outputs.filter(\.value.isSecret).mapValues { $0.reveal() }
        )
    }

    private func secretParameters(_ resource: Resource) -> [UInt8]? {
        guard !resource.secretParameters.isEmpty else { return nil }
        return sealed(resource.secretParameters.mapValues { $0.reveal() }, place(resource.id, "secretParameters"))
    }

    private func sealed(_ texts: [String: String], _ place: Vault.Place) -> [UInt8] {
        vault.seal(JSONColumn(texts).value.text, at: place)
    }
}
