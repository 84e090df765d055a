public import Core
public import Model

/// Which version an environment should have: set, rolled back, held.
public struct VersionService: Sendable {
    private let storage: any Storage
    private let clock: any WallClock
    private let reconcilers: Reconcilers

    public init(storage: any Storage, clock: any WallClock, reconcilers: Reconcilers) {
        self.storage = storage
        self.clock = clock
        self.reconcilers = reconcilers
    }

    /// Sets the version of an environment; its instances follow.
    /// - Parameter expectedRevision: from an `If-Match`; nil: whatever it is now. 0: not set yet.
    /// - Throws: `.notFound` when the application has no such environment or release, `.preconditionFailed`.
    public func setVersion(
        application: String, environment: String, version: String, actor: String, cause: Cause?,
        expectedRevision: Int64? = nil
    ) async throws -> EnvironmentVersion {
        let change = DesiredChange(
            application: application, environment: environment, version: version, actor: actor, cause: cause,
            moment: clock.now(), isExplicit: true)
        return try await perform(change, expectedRevision: expectedRevision)
    }

    /// Sets an earlier version and holds the environment, so that no push moves it until the hold is released.
    /// - Parameter version: nil: the one that was desired before the present one.
    public func rollback(
        application: String, environment: String, to version: String?, actor: String, cause: Cause?
    ) async throws -> EnvironmentVersion {
        let target = try await rollbackTarget(application, environment, wanted: version)
        let change = DesiredChange(
            application: application, environment: environment, version: target, actor: actor, cause: cause,
            moment: clock.now(), isExplicit: true)
        _ = try await setHold(
            application: application, environment: environment, reason: "rolled back to \(target)", actor: actor,
            cause: cause)
        return try await perform(change, expectedRevision: nil)
    }

    /// Automation does not move the version until the hold is released.
    public func setHold(
        application: String, environment: String, reason: String, actor: String, cause: Cause?
    ) async throws -> EnvironmentVersion {
        let moment = clock.now()
        return try await changeHold(
            application, environment,
            EventDraft(
                .holdSet, actor: actor, cause: cause, application: application, environment: environment,
                detail: reason),
            to: EnvironmentVersion.Hold(reason: reason, actor: actor, since: moment))
    }

    /// - Throws: `.notFound` when there is no hold.
    public func releaseHold(
        application: String, environment: String, actor: String, cause: Cause?
    ) async throws -> EnvironmentVersion {
        try await changeHold(
            application, environment,
            EventDraft(
                .holdReleased, actor: actor, cause: cause, application: application, environment: environment),
            to: nil)
    }

    private func changeHold(
        _ application: String, _ environment: String, _ event: EventDraft, to hold: EnvironmentVersion.Hold?
    ) async throws -> EnvironmentVersion {
        let moment = clock.now()
        return try await storage.write { transaction in
            try VersionService.requireEnvironment(application, environment, in: transaction)
            var version =
                try transaction.environmentVersion(application, environment)
                ?? EnvironmentVersion(
                    application: application, environment: environment, desired: nil, changedAt: moment)
            if hold == nil, version.hold == nil {
                throw DeploydError(.notFound, "\(application) is not held in \(environment)")
            }
            version.hold = hold
            version.revision += 1
            try transaction.put(version)
            try transaction.append(event, at: moment)
            return version
        }
    }

    private func perform(_ change: DesiredChange, expectedRevision: Int64?) async throws -> EnvironmentVersion {
        let outcome = try await storage.write { transaction in
            try VersionService.requireRelease(change, in: transaction)
            return try change.apply(to: transaction, expectedRevision: expectedRevision)
        }
        let instances = try await storage.read {
            try $0.instances(InstanceFilter(application: change.application, environment: change.environment))
        }
        for instance in instances where instance.world != nil { await reconcilers.wake(instance.id) }
        return outcome.version
    }

    private func rollbackTarget(_ application: String, _ environment: String, wanted: String?) async throws -> String {
        if let wanted { return wanted }
        return try await storage.read { reader in
            try VersionService.requireEnvironment(application, environment, in: reader)
            let current = try reader.environmentVersion(application, environment)?.desired
            let history = try reader.events(
                EventFilter(application: application, environment: environment, type: .versionDesired),
                PageRequest(limit: PageRequest.maximumLimit))
            let before = history.items.lazy.compactMap(\.draft.before).first { $0 != current }
            guard let before else {
                throw DeploydError(
                    .notFound, "\(application) has had no other version in \(environment); name one with --version")
            }
            return before
        }
    }

    private static func requireEnvironment(
        _ application: String, _ environment: String, in reader: any StorageReader
    ) throws {
        guard try reader.application(application) != nil else {
            throw DeploydError(.notFound, "no application '\(application)'; a push of its repository makes one")
        }
        let instances = try reader.instances(InstanceFilter(application: application, environment: environment))
        guard instances.isEmpty else { return }
        let known = Set(try reader.instances(InstanceFilter(application: application)).map(\.environment)).sorted()
        throw DeploydError(
            .notFound,
            "\(application) has no environment '\(environment)'; it has \(known.joined(separator: ", "))")
    }

    private static func requireRelease(_ change: DesiredChange, in reader: any StorageReader) throws {
        try requireEnvironment(change.application, change.environment, in: reader)
        let instances = try reader.instances(
            InstanceFilter(application: change.application, environment: change.environment))
        guard instances.contains(where: { $0.world != nil }),
            try reader.release(change.application, change.version) == nil
        else { return }
        throw DeploydError(
            .notFound,
            "\(change.application) has no release '\(change.version)', so nothing can be deployed; "
                + "see `deployd get releases`")
    }
}
