public import Core
public import Model

/// Which version an environment should have: set, rolled back, held.
public struct VersionService: Sendable {
    let storage: any Storage
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
    ) async throws -> ChangedVersion {
        let place = place(application, environment)
        let change = place.change(to: version, .set, actor: actor, cause: cause)
        let changed = try await storage.write { transaction in
            try place.check(in: transaction)
            try place.checkRelease(of: version, in: transaction)
            return try change.apply(to: transaction, expectedRevision: expectedRevision)
        }
        await wake(application, environment)
        return changed
    }

    /// Sets an earlier version and holds the environment, so that no push moves it until the hold is released.
    /// - Parameter version: nil: the one that ran before the present one.
    /// - Throws: `.notFound` when the application has no such environment or release, or has had no other version there.
    public func rollback(
        application: String, environment: String, to version: String?, actor: String, cause: Cause?
    ) async throws -> ChangedVersion {
        let place = place(application, environment)
        let changed = try await storage.write { transaction in
            try place.check(in: transaction)
            let target = try version ?? place.previousVersion(in: transaction)
            try place.checkRelease(of: target, in: transaction)
            try place.hold("rolled back to \(target)", actor: actor, cause: cause, in: transaction)
            return try place.change(to: target, .rollback, actor: actor, cause: cause).apply(to: transaction)
        }
        await wake(application, environment)
        return changed
    }

    /// Automation does not move the version until the hold is released.
    /// - Throws: `.notFound` when the application has no such environment.
    public func setHold(
        application: String, environment: String, reason: String, actor: String, cause: Cause?
    ) async throws -> EnvironmentVersion {
        let place = place(application, environment)
        return try await storage.write { transaction in
            try place.check(in: transaction)
            return try place.hold(reason, actor: actor, cause: cause, in: transaction)
        }
    }

    /// - Throws: `.notFound` when there is no hold.
    public func releaseHold(
        application: String, environment: String, actor: String, cause: Cause?
    ) async throws -> EnvironmentVersion {
        let place = place(application, environment)
        return try await storage.write { try place.releaseHold(actor: actor, cause: cause, in: $0) }
    }

    func place(_ application: String, _ environment: String) -> VersionPlace {
        VersionPlace(
            application: application, environment: environment, moment: clock.now(),
            topology: reconcilers.context.topology)
    }

    func wake(_ application: String, _ environment: String) async {
        let filter = InstanceFilter(application: application, environment: environment)
        // When they cannot be read now, the next look at them finds what was recorded.
        let instances = (try? await storage.read { try $0.instances(filter) }) ?? []
        for instance in instances where instance.world != nil { await reconcilers.wake(instance.id) }
    }
}
