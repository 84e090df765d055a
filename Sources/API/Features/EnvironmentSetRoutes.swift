import Client
import Core
import Engine
import Formats
import HTTPServer
import Model

/// The order of environments.
struct EnvironmentSetRoutes: Sendable {
    let services: APIServices

    var operations: [Operation] { [sets, set] }

    private var sets: Operation {
        Operation(
            method: .get, path: "/api/v1/environment-sets", id: "listEnvironmentSets", tag: "Environments",
            summary: "Environment sets by name", parameters: [.selector] + Operation.Parameter.page,
            answers: [.page(Wire.EnvironmentSet.self, "A part of the list.")],
            handler: .task { request in
                let topology = services.snapshot.topology
                let selector = try request.selector()
                let all = topology.environmentSets.values.filter { selector.matches($0.labels) }
                    .sorted { $0.name < $1.name }
                let page = Page(of: all, by: \.name, try request.page())
                return try Answer.json(page.wire { Wire.EnvironmentSet($0, topology.origins) })
            })
    }

    private var set: Operation {
        Operation(
            method: .get, path: "/api/v1/environment-sets/{set}", id: "getEnvironmentSet", tag: "Environments",
            summary: "One environment set", answers: [.object(Wire.EnvironmentSet.self, "The set.")],
            handler: .task { request in
                let name = request.parameter("set")
                let topology = services.snapshot.topology
                guard let set = topology.environmentSets[name] else {
                    let hint = NearestName.hint(name, in: topology.environmentSets.keys.sorted())
                    throw DeploydError(.notFound, "no environment set '\(name)'\(hint)")
                }
                return try Answer.object(Wire.EnvironmentSet(set, topology.origins), for: request.http)
            })
    }
}
