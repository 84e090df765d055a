public import Core
import Formats
public import Model

/// Secrets that people set for an application in an environment. Nobody is ever shown a value.
public struct SecretService: Sendable {
    /// One that is set.
    public struct Listed: Sendable, Equatable {
        public let secret: ApplicationSecret
        /// Whether a version that runs or should run there names it; nil while deployd has no such version.
        public let isUsed: Bool?
    }

    private let context: EngineContext
    private let reconcilers: Reconcilers

    public init(context: EngineContext, reconcilers: Reconcilers) {
        self.context = context
        self.reconcilers = reconcilers
    }

    /// By name.
    /// - Throws: `.notFound` when the application has no such environment.
    public func list(in place: ApplicationSecret.Place) async throws -> [Listed] {
        let check = check(place)
        return try await context.storage.read { reader in
            let secrets = try reader.secrets(of: place.application, in: place.environment)
            // What was set for an environment that it goes to no more is still there to be seen and removed.
            if secrets.isEmpty { try check.perform(in: reader) }
            let used = try SecretService.used(in: place, reader)
            return secrets.map { Listed(secret: $0, isUsed: used?.contains($0.name)) }
        }
    }

    /// - Throws: `.notFound`, also when it is not set.
    public func secret(_ name: String, in place: ApplicationSecret.Place) async throws -> Listed {
        guard let found = try await list(in: place).first(where: { $0.secret.name == name }) else {
            throw SecretService.missing(name, place)
        }
        return found
    }

    /// Sets a value, and tries again what failed for want of it. What runs is not touched: it is outdated.
    /// - Returns: whether there was none before.
    /// - Throws: `.invalid`; `.notFound` when the application has no such environment; `.conflict` when there are too many.
    public func set(
        _ name: String, to value: Secret, in place: ApplicationSecret.Place, actor: String, cause: Cause?
    ) async throws -> Bool {
        if let problem = ApplicationSecret.problem(withName: name) {
            throw DeploydError(.invalid, "no secret can be named like that: \(problem)")
        }
        if let problem = ApplicationSecret.problem(withValue: value) {
            throw DeploydError(.invalid, "the value of \(name) cannot be used: \(problem)")
        }
        let check = check(place)
        let secret = ApplicationSecret(place: place, name: name, actor: actor, since: context.clock.now())
        let isNew = try await context.storage.write { transaction in
            try check.perform(in: transaction)
            return try SecretService.put(secret, value, cause, transaction)
        }
        await wake(place)
        return isNew
    }

    /// What runs keeps it until it is deployed again.
    /// - Throws: `.notFound` when it is not set.
    public func remove(
        _ name: String, in place: ApplicationSecret.Place, actor: String, cause: Cause?
    ) async throws {
        let check = check(place)
        let moment = context.clock.now()
        try await context.storage.write { transaction in
            let known = try transaction.secrets(of: place.application, in: place.environment)
            guard known.contains(where: { $0.name == name }) else {
                if known.isEmpty { try check.perform(in: transaction) }
                throw SecretService.missing(name, place)
            }
            try transaction.removeSecret(name, in: place)
            var event = SecretService.event(.secretRemoved, place, actor, cause)
            event.before = name
            try transaction.append(event, at: moment)
        }
        await wake(place)
    }

    private static func put(
        _ secret: ApplicationSecret, _ value: Secret, _ cause: Cause?, _ transaction: any StorageWriter
    ) throws -> Bool {
        let before = try transaction.secretFingerprints(in: secret.place)
        guard before.count < ApplicationSecret.maximumCount || before[secret.name] != nil else {
            throw DeploydError(
                .conflict,
                "\(secret.place) has \(before.count) secrets already, which is the most; remove what is unused")
        }
        // The same value again is no change: nobody has to wonder why something is outdated.
        if before[secret.name] != nil, try transaction.secretValues(in: secret.place)[secret.name] == value {
            return false
        }
        try transaction.put(secret, value: value)
        var event = event(.secretSet, secret.place, secret.actor, cause)
        event.after = secret.name
        event.detail = before[secret.name] == nil ? nil : "another value"
        try transaction.append(event, at: secret.since)
        return before[secret.name] == nil
    }

    /// What the version that the environment should have and those that run there name.
    private static func used(
        in place: ApplicationSecret.Place, _ reader: any StorageReader
    ) throws -> Set<String>? {
        let filter = InstanceFilter(application: place.application, environment: place.environment)
        let desired = try reader.environmentVersion(place.application, place.environment)?.desired
        let versions = Set(try reader.instances(filter).compactMap(\.deployed) + [desired].compactMap(\.self))
        let files = try versions.sorted().compactMap { version in
            try reader.release(place.application, version).flatMap { ServiceFile.parse($0.file).value }
        }
        return files.isEmpty ? nil : Set(files.flatMap { $0.variant(for: place.environment).secrets })
    }

    private static func event(
        _ type: EventType, _ place: ApplicationSecret.Place, _ actor: String, _ cause: Cause?
    ) -> EventDraft {
        EventDraft(
            type, actor: actor, cause: cause, application: place.application, environment: place.environment)
    }

    private static func missing(_ name: String, _ place: ApplicationSecret.Place) -> DeploydError {
        DeploydError(.notFound, "the secret \(name) of \(place) is not set; see `deployd secret list`")
    }

    private func check(_ place: ApplicationSecret.Place) -> SecretPlaceCheck {
        SecretPlaceCheck(place: place, topology: context.topology)
    }

    private func wake(_ place: ApplicationSecret.Place) async {
        let filter = InstanceFilter(application: place.application, environment: place.environment)
        // When they cannot be read now, the next look at them finds what was recorded.
        let instances = (try? await context.storage.read { try $0.instances(filter) }) ?? []
        for instance in instances where instance.world != nil { await reconcilers.wake(instance.id) }
    }
}
