import Core
public import Model

/// What people ask of single instances.
public struct InstanceService: Sendable {
    private let context: EngineContext
    private let reconcilers: Reconcilers

    public init(context: EngineContext, reconcilers: Reconcilers) {
        self.context = context
        self.reconcilers = reconcilers
    }

    /// What a replica of the service on a target printed.
    /// - Parameters:
    ///   - replica: from 1.
    ///   - offset: nil: the last `maximumBytes`.
    /// - Throws: `.notFound` when nothing runs there, or not so many.
    public func output(
        of identity: InstanceIdentity, replica: Int, from offset: Int?, maximumBytes: Int
    ) async throws -> LogChunk {
        guard let instance = try await context.storage.read({ try $0.instance(identity) }) else {
            throw DeploydError(.notFound, "\(identity) is gone")
        }
        let id = instance.id
        guard let world = instance.world, let driver = context.workloadDriver(of: world),
            let workload = instance.workload
        else { throw DeploydError(.notFound, "nothing of \(id.application) was deployed on \(id.target) yet") }
        return try await driver.output(
            of: workload, instance: identity, replica: replica, from: offset, maximumBytes: maximumBytes)
    }

    /// What would be removed and kept if the instance were destroyed, and who would miss it.
    public struct DestructionListing: Sendable {
        public let instance: Instance
        public let destruction: Destruction
        public let dependents: [ApplicationDependent]
        /// What its driver says that it has in the world.
        public let belongings: [String]
        /// Why that is not known.
        public let note: String?
    }

    public func destruction(of id: InstanceID) async throws -> DestructionListing {
        let instance = try await find(id)
        let (resources, dependents) = try await context.storage.read { reader in
            (
                try reader.resources(of: id),
                try ApplicationStates(environment: instance.environment, reader: reader).dependents(on: instance)
            )
        }
        let (belongings, note) = await belongings(of: instance)
        let destruction = Destruction(of: resources, catalogue: context.topology.current.catalogue)
        let removal = ResourceRemoval(context: context)
        let kept = destruction.removed.flatMap {
            removal.kept($0.resource, of: instance.identity, as: $0.definition).map { "\($0) (stays)" }
        }
        return DestructionListing(
            instance: instance, destruction: destruction, dependents: dependents, belongings: belongings + kept,
            note: note)
    }

    private func belongings(of instance: Instance) async -> ([String], String?) {
        guard let world = instance.world, let driver = context.workloadDriver(of: world) else { return ([], nil) }
        do {
            let found = try await Bound(limit: .seconds(10), clock: context.clock).run("looking") {
                try await driver.belongings(of: instance.identity, workload: instance.workload)
            }
            return (found, nil)
        } catch {
            let reason = DeploydError.wrapping(error, "unexpected error").message
            return ([], "what it has in the world '\(world)' is not known now, and is removed all the same: \(reason)")
        }
    }

    /// Records what is asked of an instance; it is done soon, and at the next start if the server dies. A restart of what
    /// would be deployed the same way again is a deployment beside what runs, so that no request fails.
    /// - Returns: the instance as it is recorded now.
    /// - Throws: `.notFound`; `.conflict` when it cannot be done in the state that the instance is in.
    public func ask(
        _ request: Lifecycle.Request, of id: InstanceID, actor: String, cause: Cause?
    ) async throws -> Instance {
        let inputs = request == .restart ? await context.preparer.inputs(of: try await find(id)) : nil
        let moment = context.clock.now()
        let changed = try await context.storage.write { transaction in
            let instance = try transaction.knownInstance(id)
            let change = LifecycleChange(
                instance: instance, request: request, actor: actor, cause: cause, moment: moment)
            return try change.apply(inputs: inputs, to: transaction)
        }
        await reconcilers.wake(id)
        return changed
    }

    private func find(_ id: InstanceID) async throws -> Instance {
        try await context.storage.read { try $0.knownInstance(id) }
    }
}
