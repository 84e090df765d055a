import Client
import Core
import Engine
import HTTPServer
import Model

/// What deployments would do, and making them.
struct PlanRoutes: Sendable {
    let services: APIServices

    var operations: [Operation] { [plan, deploy] }

    private var plan: Operation {
        Operation(
            method: .post, path: "/api/v1/plans", id: "plan", tag: "Deployments",
            summary: "What a deployment would do; changes nothing", body: .json(Wire.PlanRequest.self),
            answers: [.json(Wire.Plan.self, "The plan.")], problems: [404],
            handler: .task { request in
                let body = try request.body(Wire.PlanRequest.self)
                let plan = try await services.plans.preview(
                    application: body.application, environment: body.environment, version: body.version)
                return try Answer.json(Wire.Plan(plan))
            })
    }

    private var deploy: Operation {
        Operation(
            method: .post, path: "/api/v1/deployments", id: "createDeployments", tag: "Deployments",
            summary: "Deploy a version with today's inputs, also where it runs already with others",
            body: .json(Wire.DeploymentRequest.self),
            answers: [
                .json(
                    Wire.Page<Wire.Deployment>.self, "One deployment for each target, the first as the `Location`.",
                    status: 201)
            ], problems: [403, 404, 412],
            handler: .task { request in
                let body = try request.body(Wire.DeploymentRequest.self)
                let made = try await services.plans.deploy(
                    application: body.application, environment: body.environment, version: body.version,
                    digest: body.planDigest, actor: request.actor, cause: request.cause)
                return try Answer.json(
                    Wire.Page(items: made.map(Wire.Deployment.init), next: nil), status: 201
                ).with("Location", "/api/v1/deployments/\(made.first?.id ?? "")")
            })
    }
}
