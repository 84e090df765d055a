public import Core
public import Model

/// What agents and outside deployers say of targets that deployd does not deploy to.
public struct ReportService: Sendable {
    private let storage: any Storage
    private let clock: any WallClock

    public init(storage: any Storage, clock: any WallClock) {
        self.storage = storage
        self.clock = clock
    }

    /// Records what is deployed on a target, and how it is. Any version: others need no release.
    /// - Throws: `.notFound` when there is no such instance; `.conflict` where deployd deploys itself.
    public func report(
        _ id: InstanceID, deployed version: String, health: Health, actor: String, cause: Cause?
    ) async throws -> Instance {
        let moment = clock.now()
        return try await storage.write { transaction in
            var instance = try transaction.knownInstance(id)
            guard instance.world == nil else {
                throw DeploydError(
                    .conflict,
                    "deployd deploys to the target '\(id.target)' itself and says there what it observes; only targets "
                        + "without a world are reported")
            }
            let before = instance
            guard before.deployed != version || before.health != health else { return instance }
            instance.becomes(health, at: moment)
            (instance.deployed, instance.since) = (version, moment)
            try transaction.update(instance)
            if before.deployed != version {
                var event = instance.event(.versionDeployed, actor: actor, cause: cause)
                (event.before, event.after) = (before.deployed, version)
                try transaction.append(event, at: moment)
            }
            if before.health != health {
                var event = instance.event(.healthChanged, actor: actor, cause: cause)
                (event.before, event.after) = (before.health.rawValue, health.rawValue)
                try transaction.append(event, at: moment)
            }
            return instance
        }
    }
}
