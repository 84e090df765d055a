import Client
import Core
import Engine
import HTTPServer
import Model

/// What instances require.
struct ResourceRoutes: Sendable {
    let services: APIServices

    var operations: [Operation] { [list, ofWorld, get, destroy, recreate] }

    private static let filters: [Operation.Parameter] = [
        .application, .target, Operation.Parameter("slug", "Only of this slug."),
        .choice("status", Resource.Status.self, "Only of this status."),
        Operation.Parameter(
            "shared", .boolean, "Only those that worlds share, or with `false` only those of instances."),
        .selector,
    ]

    private var list: Operation {
        Operation(
            method: .get, path: "/api/v1/resources", id: "listResources", tag: "Resources",
            summary: "Resources, newest first",
            parameters: [Operation.Parameter("world", "Only of this world.")] + ResourceRoutes.filters
                + Operation.Parameter.page,
            answers: [.page(Wire.Resource.self, "A part of the list. Secret outputs are marked, not shown.")],
            problems: [404],
            handler: .task { try await answer($0, world: $0.query("world")) })
    }

    private var ofWorld: Operation {
        Operation(
            method: .get, path: "/api/v1/worlds/{world}/resources", id: "listWorldResources", tag: "Resources",
            summary: "A world's resources, newest first",
            parameters: ResourceRoutes.filters + Operation.Parameter.page,
            answers: [.page(Wire.Resource.self, "A part of the list. Secret outputs are marked, not shown.")],
            problems: [404],
            handler: .task { request in
                let world = try WorldRoutes.world(request, services)
                return try await answer(request, world: world.name)
            })
    }

    private func answer(_ request: APIRequest, world: String?) async throws -> HTTPResponse {
        let selector = try request.selector()
        let filter = ResourceFilter(
            world: world, application: request.query("application"), target: request.query("target"),
            slug: request.query("slug"), status: try request.choice("status", Resource.Status.self),
            isShared: request.query("shared") == nil ? nil : try request.flag("shared"))
        let page = try request.page()
        let topology = services.snapshot.topology
        let resources = try await services.storage.read { reader in
            try reader.checkName(of: filter.application)
            var filter = filter
            filter.instances = try reader.instanceIDs(matching: selector, in: topology)
            // What a world shares has the world's labels.
            filter.sharingWorlds = topology.worlds.values.filter { selector.matches($0.labels) }.map(\.name)
            return try reader.resources(filter, page)
        }
        return try Answer.json(resources.wire { Wire.Resource($0, in: topology) })
    }

    private var get: Operation {
        Operation(
            method: .get, path: "/api/v1/resources/{resource}", id: "getResource", tag: "Resources",
            summary: "One resource", answers: [.object(Wire.Resource.self, "The resource.")],
            handler: .task { request in
                let id = request.parameter("resource")
                guard let resource = try await services.storage.read({ try $0.resource(id: id) }) else {
                    throw DeploydError(.notFound, "no resource '\(id)'")
                }
                return try Answer.object(
                    Wire.Resource(resource, in: services.snapshot.topology), for: request.http)
            })
    }

    private var destroy: Operation {
        Operation(
            method: .delete, path: "/api/v1/resources/{resource}", id: "destroyResource", tag: "Resources",
            summary: "Remove what a world no longer shares, with all that it requires, but for what is to be kept",
            parameters: [
                Operation.Parameter(
                    "dryRun", .boolean, "Only say what would go, what would be kept, and what stands against it.")
            ],
            answers: [
                .json(Wire.ResourceDestruction.self, "What would go; with `dryRun`."),
                .json(Wire.ResourceDestruction.self, "It is recorded and done soon.", status: 202),
            ],
            handler: .task { call in
                let id = call.parameter("resource")
                guard try !call.flag("dryRun") else {
                    return try Answer.json(
                        Wire.ResourceDestruction(try await services.sharedResources.destruction(of: id)))
                }
                let listing = try await services.sharedResources.destroy(id, actor: call.actor, cause: call.cause)
                return try Answer.json(Wire.ResourceDestruction(listing), status: 202)
            })
    }

    private var recreate: Operation {
        Operation(
            method: .post, path: "/api/v1/resources/{resource}/recreate", id: "recreateResource", tag: "Resources",
            summary: "Let a resource that is gone be made anew, empty, by the next deployment",
            answers: [.json(Wire.Resource.self, "It is made by the next deployment.")],
            handler: .task { request in
                let resource = try await services.resources.recreate(
                    request.parameter("resource"), actor: request.actor, cause: request.cause)
                return try Answer.json(Wire.Resource(resource, in: services.snapshot.topology))
            })
    }
}
