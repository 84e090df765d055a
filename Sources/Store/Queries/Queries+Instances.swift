import Core
import Model

extension StoredQueries {
    func instance(_ id: InstanceID) throws -> Instance? {
        try row(
            """
            SELECT * FROM instances WHERE application = \(id.application) AND target = \(id.target)
            AND lifecycle <> 'destroyed'
            """, instance)
    }

    func instance(_ identity: InstanceIdentity) throws -> Instance? {
        try row(
            """
            SELECT * FROM instances WHERE identity = \(identity.application) AND target = \(identity.target)
            AND lifecycle <> 'destroyed'
            """, instance)
    }

    func instances(_ filter: InstanceFilter) throws -> [Instance] {
        let conditions = SQL.whereAll([
            .matching("application", filter.application), .matching("environment", filter.environment),
            .matching("target", filter.target), .matching("world", filter.world),
            filter.includesDestroyed ? nil : "lifecycle <> 'destroyed'",
            filter.after.map { "target > \($0)" },
            filter.behind.map { "(application, target) > (\($0.application), \($0.target))" },
        ])
        let limit: SQL = filter.limit.map { "LIMIT \($0)" } ?? ""
        return try rows("SELECT * FROM instances \(conditions) ORDER BY application, target \(limit)", instance)
    }

    /// Most instances of a large installation may be stopped, or not deployed yet: of those nothing is read.
    func instancesToLookAfter(withoutTold worlds: Set<String>) throws -> [InstanceID] {
        let isTold: SQL = "world IN (SELECT value FROM json_each(\(JSONColumn(worlds.sorted()))))"
        return try rows(
            """
            SELECT application, target FROM instances
            WHERE lifecycle NOT IN ('running', 'stopped', 'destroyed')
                OR (world IS NOT NULL AND lifecycle <> 'destroyed' AND (
                    (workloadSealed IS NOT NULL AND NOT \(isTold))
                    OR (lifecycle = 'running' AND desired IS NOT NULL AND desired IS NOT deployed
                        AND (verdictVersion IS NOT desired OR NOT \(isTold)))))
            UNION
            SELECT application, target FROM deployments WHERE status IN ('pending', 'running')
            """
        ) { try $0.instance }
    }

    func instanceID(_ identity: InstanceIdentity) throws -> InstanceID? {
        try row(
            """
            SELECT application, target FROM instances
            WHERE identity = \(identity.application) AND target = \(identity.target) AND lifecycle <> 'destroyed'
            """
        ) { try $0.instance }
    }

    fileprivate func place(_ identity: InstanceIdentity) -> Vault.Place {
        Vault.Place("instances", identity.application, identity.target, column: "workload")
    }

    private func instance(_ row: borrowing Row) throws -> Instance {
        let id = try row.instance
        let identity = InstanceIdentity(application: try row["identity"], target: id.target)
        var instance = Instance(
            id: id, identity: identity, environment: try row["environment"], world: try row["world"],
            desired: try row["desired"], deployed: try row["deployed"], health: try row["health"],
            healthReason: try row["healthReason"],
            replicas: try replicas(row), since: try row["since"],
            inputs: try row["inputs"], secrets: try (row["secrets"] as JSONColumn).textsByName,
            workload: try vault.open(row["workloadSealed"], at: place(identity)),
            entrypoints: try (row["entrypoints"] as JSONColumn).textsByName, verdict: try verdict(row),
            detachment: try detachment(row),
            lifecycle: Lifecycle(
                try row["lifecycle"], actor: try row["lifecycleActor"], cause: try row.cause,
                reason: try row["lifecycleReason"]),
            createdAt: try row["createdAt"])
        instance.drift = try (row["drift"] as JSONColumn?)?.drift ?? []
        return instance
    }

    /// Before there were reasons there was only the fact.
    private func detachment(_ row: borrowing Row) throws -> String? {
        guard try row["isDetached"] as Bool else { return nil }
        let reason: String? = try row["detachment"]
        return reason ?? "no declaration names it any more"
    }

    private func replicas(_ row: borrowing Row) throws -> ReplicaCount? {
        guard let total: Int = try row["replicas"] else { return nil }
        return ReplicaCount(healthy: try row["healthyReplicas"] ?? 0, total: total)
    }

    private func verdict(_ row: borrowing Row) throws -> Instance.Verdict? {
        guard let version: String = try row["verdictVersion"] else { return nil }
        return Instance.Verdict(
            version: version, inputs: try row["verdictInputs"], deployment: try row["verdictDeployment"],
            isLeft: try row["verdictIsLeft"])
    }
}

extension StoredWriter {
    /// Its identity is its application's.
    func insert(_ instance: Instance) throws {
        let id = instance.id
        let identity = InstanceIdentity(application: try identity(of: id.application), target: id.target)
        try insert(
            """
            INSERT INTO instances (
                application, target, identity, environment, world, desired, deployed, health, healthReason, healthyReplicas,
                replicas, drift, since, inputs, secrets,
                workloadSealed, entrypoints, verdictVersion, verdictInputs, verdictDeployment, verdictIsLeft, isDetached, detachment,
                lifecycle, lifecycleActor,
                lifecycleReason, causeKind, causeID, createdAt)
            VALUES (
                \(id.application), \(id.target), \(identity.application), \(instance.environment), \(instance.world),
                \(instance.desired),
                \(instance.deployed), \(instance.health), \(instance.healthReason), \(instance.replicas?.healthy),
                \(instance.replicas?.total), \(JSONColumn(instance.drift)), \(instance.since), \(instance.inputs),
                \(JSONColumn(instance.secrets)), \(vault.seal(instance.workload, at: place(identity))),
                \(JSONColumn(instance.entrypoints)),
                \(instance.verdict?.version), \(instance.verdict?.inputs), \(instance.verdict?.deployment),
                \(instance.verdict?.isLeft ?? false),
                \(instance.isDetached), \(instance.detachment), \(instance.lifecycle.state), \(instance.lifecycle.actor),
                \(instance.lifecycle.reason), \(instance.lifecycle.cause?.kind), \(instance.lifecycle.cause?.id),
                \(instance.createdAt))
            """, conflict: "the instance \(id) exists already")
    }

    func update(_ instance: Instance) throws {
        let id = instance.id
        try update(
            """
            UPDATE instances SET
                environment = \(instance.environment), world = \(instance.world), desired = \(instance.desired),
                deployed = \(instance.deployed), health = \(instance.health), healthReason = \(instance.healthReason),
                healthyReplicas = \(instance.replicas?.healthy), replicas = \(instance.replicas?.total),
                drift = \(JSONColumn(instance.drift)), since = \(instance.since),
                inputs = \(instance.inputs), secrets = \(JSONColumn(instance.secrets)),
                workloadSealed = \(vault.seal(instance.workload, at: place(instance.identity))),
                entrypoints = \(JSONColumn(instance.entrypoints)), verdictVersion = \(instance.verdict?.version),
                verdictInputs = \(instance.verdict?.inputs), verdictDeployment = \(instance.verdict?.deployment),
                verdictIsLeft = \(instance.verdict?.isLeft ?? false),
                isDetached = \(instance.isDetached), detachment = \(instance.detachment), lifecycle = \(instance.lifecycle.state),
                lifecycleActor = \(instance.lifecycle.actor), lifecycleReason = \(instance.lifecycle.reason),
                causeKind = \(instance.lifecycle.cause?.kind), causeID = \(instance.lifecycle.cause?.id),
                createdAt = \(instance.createdAt)
            WHERE application = \(id.application) AND target = \(id.target)
                AND identity = \(instance.identity.application)
            """, missing: "there is no instance \(id)")
    }

    func removeInstance(_ id: InstanceID) throws {
        try run("DELETE FROM instances WHERE application = \(id.application) AND target = \(id.target)")
    }
}
