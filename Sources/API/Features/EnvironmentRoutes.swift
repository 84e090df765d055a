import Client
import Core
import Engine
import Formats
import HTTPServer
import Model

/// Who versions are for: environments and their targets.
struct EnvironmentRoutes: Sendable {
    let services: APIServices

    var operations: [Operation] { [list, get, targets, target] }

    private var list: Operation {
        Operation(
            method: .get, path: "/api/v1/environments", id: "listEnvironments", tag: "Environments",
            summary: "Environments by name", parameters: [.selector] + Operation.Parameter.page,
            answers: [.page(Wire.Environment.self, "A part of the list.")],
            handler: .task { request in
                let selector = try request.selector()
                let topology = services.snapshot.topology
                let all = topology.environments.values.filter { selector.matches($0.labels) }
                    .sorted { $0.name < $1.name }
                let page = Page(of: all, by: \.name, try request.page())
                return try Answer.json(page.wire { Wire.Environment($0, topology.origins) })
            })
    }

    private var get: Operation {
        Operation(
            method: .get, path: "/api/v1/environments/{environment}", id: "getEnvironment", tag: "Environments",
            summary: "One environment", answers: [.object(Wire.Environment.self, "The environment.")],
            handler: .task { request in
                let topology = services.snapshot.topology
                let found = try EnvironmentRoutes.find(request, topology)
                return try Answer.object(Wire.Environment(found, topology.origins), for: request.http)
            })
    }

    private var targets: Operation {
        Operation(
            method: .get, path: "/api/v1/environments/{environment}/targets", id: "listTargets", tag: "Environments",
            summary: "An environment's targets by name", parameters: [.selector] + Operation.Parameter.page,
            answers: [.page(Wire.Environment.Target.self, "A part of the list.")],
            handler: .task { request in
                let selector = try request.selector()
                let topology = services.snapshot.topology
                let all = try EnvironmentRoutes.find(request, topology).targets
                    .filter { selector.matches(topology.labels(of: $0)) }.sorted { $0.name < $1.name }
                let page = Page(of: all, by: \.name, try request.page())
                return try Answer.json(page.wire { Wire.Environment.Target($0, topology.origins) })
            })
    }

    private var target: Operation {
        Operation(
            method: .get, path: "/api/v1/environments/{environment}/targets/{target}", id: "getTarget",
            tag: "Environments", summary: "One target", answers: [.object(Wire.Environment.Target.self, "The target.")],
            handler: .task { request in
                let topology = services.snapshot.topology
                let environment = try EnvironmentRoutes.find(request, topology)
                let name = request.parameter("target")
                guard let target = environment.targets.first(where: { $0.name == name }) else {
                    throw DeploydError(.notFound, "\(environment.name) has no target '\(name)'")
                }
                return try Answer.object(Wire.Environment.Target(target, topology.origins), for: request.http)
            })
    }

    private static func find(_ request: APIRequest, _ topology: Topology) throws -> Environment {
        let name = request.parameter("environment")
        let known = topology.environments
        guard let environment = known[name] else {
            throw DeploydError(.notFound, "no environment '\(name)'" + NearestName.hint(name, in: known.keys.sorted()))
        }
        return environment
    }
}
