import Client
import Core
import Engine
import Formats
import HTTPServer
import Model

/// Who versions are for: environments, their targets, and their order.
struct EnvironmentRoutes: Sendable {
    let services: APIServices

    var operations: [Operation] { [list, get, targets, target, sets, set] }

    private var list: Operation {
        Operation(
            method: .get, path: "/api/v1/environments", id: "listEnvironments", tag: "Environments",
            summary: "Environments by name", parameters: [.selector] + Operation.Parameter.page,
            answers: [.page(Wire.Environment.self, "A part of the list.")],
            handler: .task { request in
                let selector = try request.selector()
                let all = services.snapshot.topology.environments.values.filter { selector.matches($0.labels) }
                    .sorted { $0.name < $1.name }
                return try Answer.json(Page(of: all, by: \.name, try request.page()).wire(Wire.Environment.init))
            })
    }

    private var get: Operation {
        Operation(
            method: .get, path: "/api/v1/environments/{environment}", id: "getEnvironment", tag: "Environments",
            summary: "One environment", answers: [.json(Wire.Environment.self, "The environment.")],
            handler: .task { request in
                try Answer.object(Wire.Environment(try environment(request)), for: request.http)
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
                let all = try environment(request).targets.filter { selector.matches(topology.labels(of: $0)) }
                    .sorted { $0.name < $1.name }
                let page = Page(of: all, by: \.name, try request.page())
                return try Answer.json(page.wire(Wire.Environment.Target.init))
            })
    }

    private var target: Operation {
        Operation(
            method: .get, path: "/api/v1/environments/{environment}/targets/{target}", id: "getTarget",
            tag: "Environments", summary: "One target", answers: [.json(Wire.Environment.Target.self, "The target.")],
            handler: .task { request in
                let environment = try environment(request)
                let name = request.parameter("target")
                guard let target = environment.targets.first(where: { $0.name == name }) else {
                    throw DeploydError(.notFound, "\(environment.name) has no target '\(name)'")
                }
                return try Answer.object(Wire.Environment.Target(target), for: request.http)
            })
    }

    private var sets: Operation {
        Operation(
            method: .get, path: "/api/v1/environment-sets", id: "listEnvironmentSets", tag: "Environments",
            summary: "Environment sets by name", parameters: [.selector] + Operation.Parameter.page,
            answers: [.page(Wire.EnvironmentSet.self, "A part of the list.")],
            handler: .task { request in
                let selector = try request.selector()
                let all = services.snapshot.topology.environmentSets.values.filter { selector.matches($0.labels) }
                    .sorted { $0.name < $1.name }
                return try Answer.json(Page(of: all, by: \.name, try request.page()).wire(Wire.EnvironmentSet.init))
            })
    }

    private var set: Operation {
        Operation(
            method: .get, path: "/api/v1/environment-sets/{set}", id: "getEnvironmentSet", tag: "Environments",
            summary: "One environment set", answers: [.json(Wire.EnvironmentSet.self, "The set.")],
            handler: .task { request in
                let name = request.parameter("set")
                guard let set = services.snapshot.topology.environmentSets[name] else {
                    throw DeploydError(.notFound, "no environment set '\(name)'")
                }
                return try Answer.object(Wire.EnvironmentSet(set), for: request.http)
            })
    }

    private func environment(_ request: APIRequest) throws -> Environment {
        let name = request.parameter("environment")
        let known = services.snapshot.topology.environments
        guard let environment = known[name] else {
            throw DeploydError(.notFound, "no environment '\(name)'" + NearestName.hint(name, in: known.keys.sorted()))
        }
        return environment
    }
}

extension Wire.Environment {
    init(_ environment: Environment) {
        self.init(
            name: environment.name, description: environment.description, labels: environment.labels,
            targets: environment.targets.map(Target.init))
    }
}

extension Wire.Environment.Target {
    init(_ target: Model.Target) { self.init(name: target.name, world: target.world, labels: target.labels) }
}

extension Wire.EnvironmentSet {
    init(_ set: EnvironmentSet) { self.init(name: set.name, environments: set.environments, labels: set.labels) }
}
