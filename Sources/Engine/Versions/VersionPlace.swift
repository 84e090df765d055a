import Core
import Formats
import Model

/// Where an application's version is held: what may be done there, within a transaction.
struct VersionPlace: Sendable {
    let application: String
    let environment: String
    let moment: Timestamp
    let topology: TopologyHolder

    func change(to version: String, _ way: VersionWay, actor: String, cause: Cause?) -> DesiredChange {
        DesiredChange(
            application: application, environment: environment, version: version, actor: actor, cause: cause,
            moment: moment, way: way, topology: topology.current.topology)
    }

    /// - Throws: `.notFound` unless the application goes to the environment; `.conflict` when it is detached.
    @discardableResult
    func check(in reader: any StorageReader) throws -> Application {
        let known = try reader.knownApplication(application)
        if let detachment = known.detachment { throw VersionPlace.detached(application, detachment) }
        let environments = topology.current.topology.environments(of: known.settings)
        guard !environments.contains(environment) else { return known }
        let left = try reader.instances(InstanceFilter(application: application, environment: environment))
        if let detachment = left.lazy.compactMap(\.detachment).first {
            throw VersionPlace.detached("\(application) in \(environment)", detachment)
        }
        throw DeploydError(
            .notFound,
            "\(application) has no environment '\(environment)'"
                + NearestName.hintOrListing(environment, in: environments, "it has"))
    }

    static func detached(_ what: String, _ reason: String) -> DeploydError {
        DeploydError(.conflict, "\(what) is detached and gets no new version: \(reason)")
    }

    /// - Throws: `.notFound` when deployd has to deploy the version and has no release of it.
    func checkRelease(of version: String, in reader: any StorageReader) throws {
        // Destroyed ones too: they come back with the version.
        let instances = try reader.instances(
            InstanceFilter(application: application, environment: environment, includesDestroyed: true))
        guard instances.contains(where: { $0.world != nil && !$0.isDetached }),
            try reader.release(application, version) == nil
        else { return }
        throw DeploydError(
            .notFound,
            "\(application) has no release '\(version)', so nothing can be deployed; see `deployd get releases`")
    }

    /// The version that ran in the environment before the present one; where only others deploy, that was wanted before.
    func previousVersion(in reader: any StorageReader) throws -> String {
        let current = try reader.environmentVersion(application, environment)?.desired
        let rejected = Set(try reader.rejections(of: application).map(\.version))
        for type in [EventType.versionDeployed, .versionDesired] {
            let events = try reader.events(
                EventFilter(application: application, environment: environment, type: type),
                PageRequest(limit: PageRequest.maximumLimit))
            let versions = events.items.reversed().compactMap(\.draft.after)
            let previous = VersionHistory.previous(to: current, deployed: versions, rejected: rejected)
            if let previous { return previous }
            guard versions.isEmpty else { break }
        }
        throw DeploydError(
            .notFound, "\(application) has had no other version in \(environment); name one with --version")
    }

    /// Automation does not move the version until this is released.
    @discardableResult
    func hold(
        _ reason: String, actor: String, cause: Cause?, in transaction: any StorageWriter
    ) throws -> EnvironmentVersion {
        let current = try transaction.environmentVersion(application, environment)
        return try put(
            EnvironmentVersion.Hold(reason: reason, actor: actor, since: moment), over: current,
            EventDraft(
                .holdSet, actor: actor, cause: cause, application: application, environment: environment,
                detail: reason), in: transaction)
    }

    /// - Throws: `.notFound` when there is no hold.
    func releaseHold(actor: String, cause: Cause?, in transaction: any StorageWriter) throws -> EnvironmentVersion {
        guard let current = try transaction.environmentVersion(application, environment), current.hold != nil else {
            try check(in: transaction)
            throw DeploydError(.notFound, "\(application) is not held in \(environment)")
        }
        return try put(
            nil, over: current,
            EventDraft(
                .holdReleased, actor: actor, cause: cause, application: application, environment: environment),
            in: transaction)
    }

    private func put(
        _ hold: EnvironmentVersion.Hold?, over current: EnvironmentVersion?, _ event: EventDraft,
        in transaction: any StorageWriter
    ) throws -> EnvironmentVersion {
        var version =
            current
            ?? EnvironmentVersion(
                application: application, environment: environment, desired: nil, changedAt: moment)
        version.hold = hold
        version.revision += 1
        try transaction.put(version)
        try transaction.append(event, at: moment)
        return version
    }
}
