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
    public func output(of id: InstanceID, replica: Int, from offset: Int?, maximumBytes: Int) async throws -> LogChunk {
        let instance = try await find(id)
        guard let world = instance.world, let driver = context.workloadDriver(of: world),
            let workload = instance.workload
        else { throw DeploydError(.notFound, "nothing of \(id.application) was deployed on \(id.target) yet") }
        return try await driver.output(
            of: workload, instance: id, replica: replica, from: offset, maximumBytes: maximumBytes)
    }

    /// What would be removed and kept if the instance were destroyed, and who would miss it.
    public struct DestructionListing: Sendable {
        public let instance: Instance
        public let destruction: Destruction
        public let dependents: [ApplicationDependent]
    }

    public func destruction(of id: InstanceID) async throws -> DestructionListing {
        let instance = try await find(id)
        let (resources, dependents) = try await context.storage.read { reader in
            (
                try reader.resources(of: id),
                try ApplicationStates(environment: instance.environment, reader: reader).dependents(on: instance)
            )
        }
        return DestructionListing(
            instance: instance,
            destruction: Destruction(of: resources, catalogue: context.topology.current.catalogue),
            dependents: dependents)
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
            guard let instance = try transaction.instance(id) else { throw InstanceService.missing(id) }
            let change = LifecycleChange(
                instance: instance, request: request, actor: actor, cause: cause, moment: moment)
            return try change.apply(inputs: inputs, to: transaction)
        }
        await reconcilers.wake(id)
        return changed
    }

    private func find(_ id: InstanceID) async throws -> Instance {
        guard let instance = try await context.storage.read({ try $0.instance(id) }) else {
            throw InstanceService.missing(id)
        }
        return instance
    }

    private static func missing(_ id: InstanceID) -> DeploydError {
        DeploydError(.notFound, "\(id.application) has no target '\(id.target)'")
    }
}
