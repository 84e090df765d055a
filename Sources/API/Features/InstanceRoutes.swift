import Client
import Core
import Engine
import HTTPServer
import Model

/// Every application on every target, and what is asked of one: stop, start, restart, destroy.
struct InstanceRoutes: Sendable {
    private static let path = "/api/v1/applications/{application}/targets/{target}"

    let services: APIServices

    var operations: [Operation] {
        [
            list,
            change(
                .stop, "Stop an instance; its addresses and resources stay, and nothing is deployed until it is started"
            ),
            change(.start, "Start a stopped instance with the version that it had"),
            change(.restart, "Run the same version anew"), destroy,
        ]
    }

    private var list: Operation {
        Operation(
            method: .get, path: "/api/v1/instances", id: "listInstances", tag: "Applications",
            summary: "Applications on their targets, by APPLICATION@TARGET",
            parameters: [
                .application, .environment, .target, Operation.Parameter("world", "Only in this world."), .selector,
            ] + Operation.Parameter.page, answers: [.page(Wire.Instance.self, "A part of the list.")],
            problems: [404],
            handler: .task { request in
                let filter = InstanceFilter(
                    application: request.query("application"), environment: request.query("environment"),
                    target: request.query("target"), world: request.query("world"))
                let (page, selector) = (try request.page(), try request.selector())
                let topology = services.snapshot.topology
                let found = try await services.storage.read { reader in
                    try reader.checkName(of: filter.application)
                    return try reader.instances(filter, matching: selector, in: topology, page)
                }
                return try Answer.json(found.wire { Wire.Instance($0) })
            })
    }

    private func change(_ request: Lifecycle.Request, _ summary: String) -> Operation {
        Operation(
            method: .post, path: "\(InstanceRoutes.path)/\(request.rawValue)", id: "\(request.rawValue)Instance",
            tag: "Applications", summary: summary,
            answers: [.json(Wire.Instance.self, "It is recorded and done soon.", status: 202)],
            handler: .task { call in
                let instance = try await services.instances.ask(
                    request, of: InstanceRoutes.id(call), actor: call.actor, cause: call.cause)
                return try Answer.json(try await services.wire(instance), status: 202)
            })
    }

    private var destroy: Operation {
        Operation(
            method: .delete, path: InstanceRoutes.path, id: "destroyInstance", tag: "Applications",
            summary: "Stop an instance and remove what it has, but for resources that are to be kept",
            parameters: [
                Operation.Parameter("dryRun", .boolean, "Only say what would go and what would be kept.")
            ],
            answers: [
                .json(Wire.Destruction.self, "What would go; with `dryRun`."),
                .json(Wire.Destruction.self, "It is recorded and done soon.", status: 202),
            ],
            handler: .task { call in
                let id = InstanceRoutes.id(call)
                let isDryRun = try call.flag("dryRun")
                let listing = try await services.instances.destruction(of: id)
                if !isDryRun {
                    _ = try await services.instances.ask(.destroy, of: id, actor: call.actor, cause: call.cause)
                }
                return try Answer.json(Wire.Destruction(listing), status: isDryRun ? 200 : 202)
            })
    }

    private static func id(_ request: APIRequest) -> InstanceID {
        InstanceID(application: request.parameter("application"), target: request.parameter("target"))
    }
}

extension APIServices {
    /// With the labels that it is selected by.
    func wire(_ instance: Instance) async throws -> Wire.Instance {
        let name = instance.id.application
        let application = try await storage.read { try $0.application(name)?.labels } ?? [:]
        return Wire.Instance(instance, labels: snapshot.topology.labels(of: instance, application: application))
    }
}
