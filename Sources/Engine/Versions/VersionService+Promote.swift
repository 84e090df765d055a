import Core
public import Model

extension VersionService {
    /// Gives an environment the version of another, as a person's wish: holds do not stop it.
    /// - Parameters:
    ///   - destination: nil: the next environment in the application's set.
    ///   - version: nil: the one that is deployed on every target of `environment`.
    /// - Throws: `.notFound` when the application has no such environment or release; `.invalid` when no environment
    ///   follows, or several; `.conflict` when the targets differ, have none, or the version is rejected.
    public func promote(
        application: String, from environment: String, to destination: String?, version: String?, actor: String,
        cause: Cause?
    ) async throws -> ChangedVersion {
        let origin = place(application, environment)
        let changed = try await storage.write { transaction in
            let known = try origin.check(in: transaction)
            let next =
                try destination
                ?? Promotion.next(
                    after: environment, of: known.settings, in: origin.topology.current.topology)
            guard next != environment else {
                throw DeploydError(.invalid, "\(environment) cannot be promoted to itself; say where with --to")
            }
            let goal = origin.moved(to: next)
            try goal.check(in: transaction)
            let chosen = try version ?? origin.deployedVersion(in: transaction)
            try goal.checkRelease(of: chosen, in: transaction)
            let before = try transaction.environmentVersion(application, next)?.desired
            let changed = try goal.change(to: chosen, .promote, actor: actor, cause: cause).apply(to: transaction)
            try transaction.append(
                EventDraft(
                    .promotionPromoted, actor: actor, cause: cause, application: application, environment: next,
                    before: before, after: chosen, detail: "from \(environment)"),
                at: goal.moment)
            return changed
        }
        await wake(application, changed.version.environment)
        return changed
    }
}

extension VersionPlace {
    fileprivate func moved(to environment: String) -> VersionPlace {
        VersionPlace(application: application, environment: environment, moment: moment, topology: topology)
    }

    fileprivate func deployedVersion(in reader: any StorageReader) throws -> String {
        try Promotion.version(
            of: application, in: environment,
            try reader.instances(InstanceFilter(application: application, environment: environment)))
    }
}
