import Client
import Core
import Engine
import HTTPServer
import Model

/// Secrets of an application in an environment: set and removed; values are never given back.
struct SecretRoutes: Sendable {
    private static let path = "/api/v1/applications/{application}/environments/{environment}/secrets"

    let services: APIServices

    var operations: [Operation] { [list, get, set, remove] }

    private var list: Operation {
        Operation(
            method: .get, path: SecretRoutes.path, id: "listSecrets", tag: "Secrets",
            summary: "Secrets that are set, by name, without their values", parameters: Operation.Parameter.page,
            answers: [.page(Wire.Secret.self, "A part of the list.")],
            handler: .task { request in
                let all = try await services.secrets.list(in: SecretRoutes.place(request))
                return try Answer.json(Page(of: all, by: \.secret.name, try request.page()).wire(Wire.Secret.init))
            })
    }

    private var get: Operation {
        Operation(
            method: .get, path: SecretRoutes.path + "/{name}", id: "getSecret", tag: "Secrets",
            summary: "One secret, without its value", answers: [.object(Wire.Secret.self, "The secret.")],
            handler: .task { request in
                let secret = try await services.secrets.secret(
                    request.parameter("name"), in: SecretRoutes.place(request))
                return try Answer.object(Wire.Secret(secret), for: request.http)
            })
    }

    private var set: Operation {
        Operation(
            method: .put, path: SecretRoutes.path + "/{name}", id: "setSecret", tag: "Secrets",
            summary: "Set a secret; what runs is given it when it is deployed again",
            body: .json(Wire.SecretValue.self),
            answers: [
                Operation.Answer(201, "It is set."), Operation.Answer(204, "It was set before; this is its value now."),
            ],
            handler: .task { request in
                let body = try request.body(Wire.SecretValue.self)
                let isNew = try await services.secrets.set(
                    request.parameter("name"), to: Secret(body.value), in: SecretRoutes.place(request),
                    actor: request.actor, cause: request.cause)
                return isNew ? .empty(201).with("Location", request.http.path) : .empty()
            })
    }

    private var remove: Operation {
        Operation(
            method: .delete, path: SecretRoutes.path + "/{name}", id: "removeSecret", tag: "Secrets",
            summary: "Remove a secret; what runs keeps it until it is deployed again",
            answers: [Operation.Answer(204, "It is removed.")],
            handler: .task { request in
                try await services.secrets.remove(
                    request.parameter("name"), in: SecretRoutes.place(request), actor: request.actor,
                    cause: request.cause)
                return .empty()
            })
    }

    private static func place(_ request: APIRequest) -> ApplicationSecret.Place {
        ApplicationSecret.Place(
            application: request.parameter("application"), environment: request.parameter("environment"))
    }
}

extension Wire.Secret {
    init(_ listed: SecretService.Listed) {
        self.init(
            name: listed.secret.name, since: listed.secret.since, actor: listed.secret.actor, used: listed.isUsed)
    }
}
