import Client
import Core
import Engine
import HTTPServer
import Model

/// Services that have versions, and their instances.
struct ApplicationRoutes: Sendable {
    let services: APIServices

    var operations: [Operation] { [list, get, instance, instanceVersion, report, instanceLog, releases] }

    private var list: Operation {
        Operation(
            method: .get, path: "/api/v1/applications", id: "listApplications", tag: "Applications",
            summary: "Applications with their targets, by name", parameters: [.selector] + Operation.Parameter.page,
            answers: [.page(Wire.Application.self, "A part of the list.")],
            handler: .task { request in
                let (page, selector) = (try request.page(), try request.selector())
                let topology = services.snapshot.topology
                let applications = try await services.storage.read { reader in
                    try reader.applications(page, matching: selector)
                        .map { try ApplicationRoutes.wire($0, reader, topology) }
                }
                return try Answer.json(Wire.Page(items: applications.items, next: applications.next))
            })
    }

    private var get: Operation {
        Operation(
            method: .get, path: "/api/v1/applications/{application}", id: "getApplication", tag: "Applications",
            summary: "One application", answers: [.object(Wire.Application.self, "The application.")],
            handler: .task { request in
                let name = request.parameter("application")
                return try Answer.object(try await known(name), for: request.http)
            })
    }

    /// As it is shown alone; nil when there is none.
    func shown(_ name: String) async throws -> Wire.Application? {
        let topology = services.snapshot.topology
        let application = try await services.storage.read { reader in
            try reader.application(name).map { try ApplicationRoutes.wire($0, reader, topology) }
        }
        guard let application else { return nil }
        return try await compared(application)
    }

    /// - Throws: `.notFound`.
    func known(_ name: String) async throws -> Wire.Application {
        if let application = try await shown(name) { return application }
        throw try await services.storage.read { try $0.missing(application: name) }
    }

    /// With what would be deployed now.
    private func compared(_ application: Wire.Application) async throws -> Wire.Application {
        let name = application.name
        let instances = try await services.storage.read { try $0.instances(InstanceFilter(application: name)) }
        var application = application
        for instance in instances {
            application.targets[instance.id.target]?.outdated = await services.plans.isOutdated(instance)
        }
        return application
    }

    private static func wire(
        _ application: Application, _ reader: any StorageReader, _ topology: Topology
    ) throws -> Wire.Application {
        Wire.Application(
            application, instances: try reader.instances(InstanceFilter(application: application.name)),
            versions: try reader.environmentVersions(of: application.name),
            rejections: try reader.rejections(of: application.name), in: topology)
    }

    private var instance: Operation {
        Operation(
            method: .get, path: "/api/v1/applications/{application}/targets/{target}", id: "getInstance",
            tag: "Applications", summary: "An application on one target",
            answers: [.object(Wire.Instance.self, "The instance.")],
            handler: .task { request in
                let found = try await find(request)
                var instance = try await services.wire(found)
                instance.outdated = await services.plans.isOutdated(found)
                return try Answer.object(instance, for: request.http)
            })
    }

    private var instanceVersion: Operation {
        Operation(
            method: .get, path: "/api/v1/applications/{application}/targets/{target}/version",
            id: "getInstanceVersion", tag: "Versions", summary: "What a target should have, and has",
            answers: [.object(Wire.TargetVersion.self, "The version; null until set.")],
            handler: .task { request in
                try Answer.object(Wire.TargetVersion(try await find(request)), for: request.http)
            })
    }

    private var report: Operation {
        Operation(
            method: .put, path: "/api/v1/applications/{application}/targets/{target}/version/deployed",
            id: "reportVersion", tag: "Versions",
            summary: "Say what is deployed on a target that others deploy to", body: .json(Wire.DeployedReport.self),
            answers: [.object(Wire.TargetVersion.self, "What is known of it now.")],
            handler: .task { request in
                let body = try request.body(Wire.DeployedReport.self)
                let instance = try await services.reports.report(
                    InstanceID(application: request.parameter("application"), target: request.parameter("target")),
                    deployed: body.deployed, health: Health(body.health ?? .healthy), actor: request.actor,
                    cause: request.cause)
                return try Answer.object(Wire.TargetVersion(instance), for: request.http)
            })
    }

    private var instanceLog: Operation {
        Operation(
            method: .get, path: "/api/v1/applications/{application}/targets/{target}/log", id: "getInstanceLog",
            tag: "Applications", summary: "What the service on a target printed last",
            parameters: LogAnswer.parameters + [
                Operation.Parameter("replica", .integer(1...1000), "Which of several, from 1; default 1.")
            ], answers: [LogAnswer.description],
            handler: .task { request in
                // Whoever follows it goes on doing so when its application is renamed.
                let identity = try await find(request).identity
                let replica = Int(try request.number("replica") ?? 1)
                let source = LogAnswer.Source(
                    read: {
                        try await services.instances.output(of: identity, replica: replica, from: $0, maximumBytes: $1)
                    },
                    isOver: { try await services.storage.read { try $0.instance(identity) } == nil })
                return try await LogAnswer(source: source, clock: services.clock, start: nil).response(to: request)
            })
    }

    private func find(_ request: APIRequest) async throws -> Instance {
        let id = InstanceID(application: request.parameter("application"), target: request.parameter("target"))
        return try await services.storage.read { reader in
            _ = try reader.knownApplication(id.application)
            return try reader.knownInstance(id)
        }
    }

    private var releases: Operation {
        Operation(
            method: .get, path: "/api/v1/applications/{application}/releases", id: "listReleases",
            tag: "Applications", summary: "Versions that can be deployed, newest first",
            parameters: Operation.Parameter.page, answers: [.page(Wire.Release.self, "A part of the list.")],
            handler: .task { request in
                let name = request.parameter("application")
                let page = try request.page()
                let releases = try await services.storage.read { reader in
                    _ = try reader.knownApplication(name)
                    return try reader.releases(of: name, page).map { release in
                        Wire.Release(release, rejected: try reader.rejection(name, release.version))
                    }
                }
                return try Answer.json(Wire.Page(items: releases.items, next: releases.next))
            })
    }
}
