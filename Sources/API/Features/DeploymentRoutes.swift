import Client
import Core
import Engine
import HTTPServer
import Model

/// Attempts to bring instances to a version.
struct DeploymentRoutes: Sendable {
    let services: APIServices

    var operations: [Operation] { [list, get, log, retry, cancel] }

    private var list: Operation {
        Operation(
            method: .get, path: "/api/v1/deployments", id: "listDeployments", tag: "Deployments",
            summary: "Deployments, newest first",
            parameters: [
                .application, .environment, .target,
                .choice("status", Deployment.Status.self, "Only of this status."), .selector,
            ] + Operation.Parameter.page,
            answers: [.page(Wire.Deployment.self, "A part of the list.")], problems: [404],
            handler: .task { request in
                let selector = try request.selector()
                let filter = DeploymentFilter(
                    application: request.query("application"), environment: request.query("environment"),
                    target: request.query("target"), status: try request.choice("status", Deployment.Status.self))
                let page = try request.page()
                let topology = services.snapshot.topology
                let deployments = try await services.storage.read { reader in
                    try reader.checkName(of: filter.application)
                    var filter = filter
                    filter.instances = try reader.instanceIDs(matching: selector, in: topology)
                    return try reader.deployments(filter, page)
                }
                return try Answer.json(deployments.wire(Wire.Deployment.init))
            })
    }

    private var get: Operation {
        Operation(
            method: .get, path: "/api/v1/deployments/{deployment}", id: "getDeployment", tag: "Deployments",
            summary: "One deployment with its steps", answers: [.object(Wire.Deployment.self, "The deployment.")],
            handler: .task { request in
                let deployment = try await find(request.parameter("deployment"))
                return try Answer.object(Wire.Deployment(deployment), for: request.http)
            })
    }

    private var log: Operation {
        Operation(
            method: .get, path: "/api/v1/deployments/{deployment}/log", id: "getDeploymentLog", tag: "Deployments",
            summary: "What a deployment has printed", parameters: LogAnswer.parameters,
            answers: [LogAnswer.description],
            handler: .task { request in
                let id = request.parameter("deployment")
                _ = try await find(id)
                let source = LogAnswer.Source(
                    read: { try await services.logs.read(id, from: $0 ?? 0, maximumBytes: $1) },
                    isOver: { try await find(id).status.isFinal })
                return try await LogAnswer(source: source, clock: services.clock, start: 0).response(to: request)
            })
    }

    private var retry: Operation {
        Operation(
            method: .post, path: "/api/v1/deployments/{deployment}/retry", id: "retryDeployment", tag: "Deployments",
            summary: "Try a deployment's version again",
            answers: [.json(Wire.Deployment.self, "The new deployment.", status: 201)],
            handler: .task { request in
                let created = try await services.deployments.retry(
                    request.parameter("deployment"), actor: request.actor, cause: request.cause)
                return try Answer.json(Wire.Deployment(created), status: 201)
                    .with("Location", "/api/v1/deployments/\(created.id)")
            })
    }

    private var cancel: Operation {
        Operation(
            method: .post, path: "/api/v1/deployments/{deployment}/cancel", id: "cancelDeployment",
            tag: "Deployments", summary: "Cancel a deployment that has not reached its workload step",
            answers: [.json(Wire.Deployment.self, "It is cancelled, or about to be.", status: 202)],
            handler: .task { request in
                let id = request.parameter("deployment")
                try await services.deployments.cancel(id, actor: request.actor, cause: request.cause)
                return try Answer.json(Wire.Deployment(try await find(id)), status: 202)
            })
    }

    private func find(_ id: String) async throws -> Deployment {
        guard let deployment = try await services.storage.read({ try $0.deployment(id) }) else {
            throw DeploydError(.notFound, "no deployment '\(id)'")
        }
        return deployment
    }
}
