import Client
import Core
import Engine
import Formats
import HTTPServer
import Model

/// Making, changing and deleting applications.
struct ApplicationChangeRoutes: Sendable {
    private static let path = "/api/v1/applications/{application}"

    let services: APIServices

    var operations: [Operation] { [create, put, delete, rename] }

    private var create: Operation {
        Operation(
            method: .post, path: "/api/v1/applications", id: "createApplication", tag: "Applications",
            summary: "Make an application, until a registered repository declares it", body: body(isNamed: true),
            answers: [.object(Wire.Application.self, "It is made; `Location` says where it is.", status: 201)],
            handler: .task { request in try await put(request, name: nil) })
    }

    private var put: Operation {
        Operation(
            method: .put, path: ApplicationChangeRoutes.path, id: "putApplication", tag: "Applications",
            summary: "Make an application, or change it to be this; 409 when a repository declares it otherwise",
            headers: ObjectRoutes.conditions, body: body(isNamed: false),
            answers: [
                .object(Wire.Application.self, "It is so now."),
                .object(Wire.Application.self, "It is made.", status: 201),
            ],
            handler: .task { request in try await put(request, name: request.parameter("application")) })
    }

    private var delete: Operation {
        Operation(
            method: .delete, path: ApplicationChangeRoutes.path, id: "deleteApplication", tag: "Applications",
            summary: "Forget an application whose instances are destroyed; its history stays",
            headers: [ObjectRoutes.conditions[0]], answers: [Operation.Answer(204, "It is forgotten.")],
            handler: .task { request in
                let name = request.parameter("application")
                try await services.applications.delete(
                    name, actor: request.actor, cause: request.cause,
                    ifExpected: try await expectation(of: name, request))
                return .empty()
            })
    }

    private var rename: Operation {
        Operation(
            method: .post, path: ApplicationChangeRoutes.path + "/rename", id: "renameApplication", tag: "Applications",
            summary: "Give an application another name, with all that it has; what runs goes on",
            headers: [ObjectRoutes.conditions[0]], body: .json(Wire.Renaming.self),
            answers: [.object(Wire.Application.self, "It has that name now.")],
            handler: .task { request in
                let name = request.parameter("application")
                let renamed: Application
                do {
                    renamed = try await services.applications.rename(
                        name, to: try request.body(Wire.Renaming.self).name, actor: request.actor, cause: request.cause,
                        ifExpected: try await expectation(of: name, request))
                } catch let error as InvalidObject {
                    throw RequestBody.invalid(error)
                }
                let shown = try await ApplicationRoutes(services: services).known(renamed.name)
                return try Answer.object(shown, for: request.http)
            })
    }

    private func body(isNamed: Bool) -> Operation.Body {
        Operation.Body(
            content: ["application/json": .written(ApplicationFormat.schema(isNamed: isNamed))], isRequired: isNamed,
            policy: .buffered)
    }

    private func put(_ request: APIRequest, name: String?) async throws -> HTTPResponse {
        let parsed = ApplicationFormat.read(try RequestBody.json(of: request.http), name: name)
        guard let body = parsed.value else { throw RequestBody.invalid(parsed.diagnostics) }
        let isExpected = try await expectation(of: body.name, request)
        let isNew: Bool
        do {
            isNew = try await services.applications.put(
                body, mustBeNew: name == nil, actor: request.actor, cause: request.cause, ifExpected: isExpected
            ).isNew
        } catch let error as InvalidObject {
            throw RequestBody.invalid(error)
        }
        let shown = try await ApplicationRoutes(services: services).known(body.name)
        let answer = try Answer.object(shown, for: request.http, status: isNew ? 201 : 200)
        return isNew ? answer.with("Location", "/api/v1/applications/\(body.name)") : answer
    }

    /// What `If-Match` and `If-None-Match` say, which must still hold when the change is made.
    private func expectation(
        of name: String, _ request: APIRequest
    ) async throws -> @Sendable (Application?) -> Bool {
        let conditions = Conditions(request.http)
        guard !conditions.isEmpty else { return { _ in true } }
        let seen = try await services.storage.read { try $0.application(name) }
        let shown = try await ApplicationRoutes(services: services).shown(name)
        try conditions.check(shown.map { try Answer.tag(of: $0) }, of: "application '\(name)'")
        return { $0 == seen }
    }
}
