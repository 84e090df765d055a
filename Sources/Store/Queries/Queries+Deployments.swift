import Core
import Model

extension StoredQueries {
    // As for deliveries: the partial indexes are named, and the condition is theirs word for word.
    private var unfinished: SQL { "status IN ('pending', 'running')" }

    func deployment(_ id: String) throws -> Deployment? {
        try row("SELECT * FROM deployments WHERE id = \(id)", deployment)
    }

    func deployments(_ filter: DeploymentFilter, _ page: PageRequest) throws -> Page<Deployment> {
        let conditions: [SQL?] = [
            .matching("application", filter.application), .matching("environment", filter.environment),
            .matching("target", filter.target), .matching("status", filter.status),
            .oneOf(filter.instances),
        ]
        return try newestFirst("deployments", where: conditions, page, deployment)
    }

    func unfinishedDeployments() throws -> [Deployment] {
        try rows(
            """
            SELECT * FROM deployments INDEXED BY deploymentsUnfinished WHERE \(unfinished) ORDER BY sequence
            """, deployment)
    }

    func unfinishedDeployments(of instance: InstanceID) throws -> [Deployment] {
        try rows(
            """
            SELECT * FROM deployments INDEXED BY deploymentsUnfinishedByInstance
            WHERE \(unfinished) AND application = \(instance.application) AND target = \(instance.target) ORDER BY sequence
            """, deployment)
    }

    fileprivate func place(_ id: String) -> Vault.Place { Vault.Place("deployments", id, column: "previous") }

    private func deployment(_ row: borrowing Row) throws -> Deployment {
        let id: String = try row["id"]
        return Deployment(
            id: id, instance: try row.instance, environment: try row["environment"], world: try row["world"],
            version: try row["version"], status: try row["status"], reason: try row["reason"],
            inputs: try row["inputs"], previous: try vault.open(row["previousSealed"], at: place(id)),
            actor: try row["actor"], cause: try row.cause, isRestart: try row["isRestart"],
            createdAt: try row["createdAt"],
            startedAt: try row["startedAt"], endedAt: try row["endedAt"], steps: try steps(row["steps"]))
    }

    private func steps(_ column: JSONColumn) throws -> [DeploymentStep] {
        guard let steps = column.value.array else { throw JSONColumn.unexpected }
        return try steps.map(DeploymentStep.init(json:))
    }
}

extension StoredWriter {
    func insert(_ deployment: Deployment) throws {
        try insert(
            """
            INSERT INTO deployments (
                id, application, target, environment, world, version, status, reason, inputs, previousSealed, actor,
                causeKind, causeID, isRestart, createdAt, startedAt, endedAt, steps)
            VALUES (
                \(deployment.id), \(deployment.instance.application), \(deployment.instance.target),
                \(deployment.environment), \(deployment.world), \(deployment.version), \(deployment.status),
                \(deployment.reason), \(deployment.inputs),
                \(vault.seal(deployment.previous, at: place(deployment.id))), \(deployment.actor),
                \(deployment.cause?.kind), \(deployment.cause?.id), \(deployment.isRestart),
                \(deployment.createdAt), \(deployment.startedAt), \(deployment.endedAt), \(steps(deployment)))
            """, conflict: "the deployment \(deployment.id) exists already")
    }

    func update(_ deployment: Deployment) throws {
        try update(
            """
            UPDATE deployments SET
                status = \(deployment.status), reason = \(deployment.reason), inputs = \(deployment.inputs),
                previousSealed = \(vault.seal(deployment.previous, at: place(deployment.id))),
                startedAt = \(deployment.startedAt), endedAt = \(deployment.endedAt), steps = \(steps(deployment))
            WHERE id = \(deployment.id)
            """, missing: "there is no deployment \(deployment.id)")
    }

    private func steps(_ deployment: Deployment) -> JSONColumn { JSONColumn(.array(deployment.steps.map(\.json))) }
}
