import Core
public import Model

/// What people ask of single instances.
public struct InstanceService: Sendable {
    private let context: EngineContext

    public init(context: EngineContext) { self.context = context }

    /// What the service on a target printed.
    /// - Parameter offset: nil: the last `maximumBytes`.
    /// - Throws: `.notFound` when nothing runs there.
    public func output(of id: InstanceID, from offset: Int?, maximumBytes: Int) async throws -> LogChunk {
        let instance = try await context.storage.read { try $0.instance(id) }
        guard let instance else { throw DeploydError(.notFound, "\(id.application) has no target '\(id.target)'") }
        guard let world = instance.world, let driver = context.workloadDriver(of: world),
            let workload = instance.workload
        else { throw DeploydError(.notFound, "nothing of \(id.application) was deployed on \(id.target) yet") }
        return try await driver.output(of: workload, instance: id, from: offset, maximumBytes: maximumBytes)
    }
}
