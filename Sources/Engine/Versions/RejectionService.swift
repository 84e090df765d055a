import Core
public import Model

/// Versions that no environment may be given any more.
public struct RejectionService: Sendable {
    private let context: EngineContext
    private let reconcilers: Reconcilers

    public init(context: EngineContext, reconcilers: Reconcilers) {
        self.context = context
        self.reconcilers = reconcilers
    }

    /// Refuses a version from now on, whether it has a release or not. What runs goes on, and so does a deployment that
    /// has begun; one that waits is cancelled.
    /// - Throws: `.notFound` when there is no such application.
    public func reject(
        application: String, version: String, reason: String, actor: String, cause: Cause?
    ) async throws -> Rejection {
        let rejection = Rejection(
            application: application, version: version, reason: reason, actor: actor, since: context.clock.now())
        let recorded = try await context.storage.write { transaction in
            try RejectionService.check(application, in: transaction)
            if let present = try transaction.rejection(application, version), present.reason == reason {
                return present
            }
            try transaction.put(rejection)
            try transaction.append(rejection.event(.versionRejected, by: actor, cause), at: rejection.since)
            try rejection.cancelWaiting(cause, in: transaction)
            return rejection
        }
        try await wake(application, version)
        return recorded
    }

    /// Lets the version be deployed again; where it is still the wanted one, it is deployed now.
    /// - Throws: `.notFound` when it is not rejected.
    public func readmit(application: String, version: String, actor: String, cause: Cause?) async throws {
        let moment = context.clock.now()
        try await context.storage.write { transaction in
            try RejectionService.check(application, in: transaction)
            guard let rejection = try transaction.rejection(application, version) else {
                throw DeploydError(.notFound, "version \(version) of \(application) is not rejected")
            }
            try transaction.removeRejection(of: application, version)
            try transaction.append(rejection.event(.versionReadmitted, by: actor, cause), at: moment)
        }
        try await wake(application, version)
    }

    private static func check(_ application: String, in reader: any StorageReader) throws {
        _ = try reader.knownApplication(application)
    }

    private func wake(_ application: String, _ version: String) async throws {
        let instances = try await context.storage.read { try $0.instances(InstanceFilter(application: application)) }
        for instance in instances where instance.desired == version { await reconcilers.wake(instance.id) }
    }
}

extension Rejection {
    fileprivate func event(_ type: EventType, by actor: String, _ cause: Cause?) -> EventDraft {
        EventDraft(type, actor: actor, cause: cause, application: application, after: version, detail: reason)
    }

    fileprivate func cancelWaiting(_ cause: Cause?, in transaction: any StorageWriter) throws {
        for instance in try transaction.instances(InstanceFilter(application: application)) {
            for var waiting in try transaction.unfinishedDeployments(of: instance.id)
            where waiting.status == .pending && waiting.version == version && !waiting.isRestart {
                try waiting.end(
                    .cancelled, reason: "the version was rejected by \(actor): \(reason)", actor: actor, cause: cause,
                    at: since, in: transaction)
                try transaction.update(waiting)
            }
        }
    }
}
