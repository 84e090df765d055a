import Client
import Core
import Engine
import Formats
import HTTPServer
import Model

/// A request that makes, changes or removes a world, an environment, a set or a target.
struct ObjectRequest: Sendable {
    let call: APIRequest
    let kind: ObjectKind
    let services: APIServices

    /// Of a target.
    var environment: String? { kind == .target ? call.parameter("environment") : nil }
    var id: ObjectID { ObjectID(kind, call.parameter(kind.parameter)) }

    /// - Parameter name: as the path has it.
    /// - Throws: `HTTPProblem` 400 with every place that is wrong.
    func body(named name: String?) throws -> ObjectBody {
        let parsed = ObjectFormat.read(
            kind, try RequestBody.json(of: call.http), name: name, environment: environment)
        guard let body = parsed.value else { throw RequestBody.invalid(parsed.diagnostics) }
        return body
    }

    /// What `If-Match` and `If-None-Match` say, which must still hold when the change is made.
    /// - Throws: `.preconditionFailed`.
    func expectation(of id: ObjectID) async throws -> @Sendable (Topology) -> Bool {
        let conditions = Conditions(call.http)
        guard !conditions.isEmpty else { return { _ in true } }
        let seen = services.snapshot.topology
        try conditions.check(try await shown(id, in: seen).map { try Answer.tag(of: $0) }, of: "\(id)")
        return { $0.says(of: id, whatIsSaidBy: seen) }
    }

    /// As the API shows it; nil when there is none.
    func shown(_ id: ObjectID, in topology: Topology) async -> (any Encodable & Sendable)? {
        switch id.kind {
        case .world:
            guard let world = topology.worlds[id.name] else { return nil }
            return await WorldRoutes(services: services).wire(world, in: topology)
        case .environment: return topology.environments[id.name].map { Wire.Environment($0, topology.origins) }
        case .environmentSet: return topology.environmentSets[id.name].map { Wire.EnvironmentSet($0, topology.origins) }
        case .target:
            guard let target = topology.targets[id.name], target.environment == environment else { return nil }
            return Wire.Environment.Target(target, topology.origins)
        }
    }
}
