import Client
import Core
import Engine
import HTTPServer
import Model

/// Making, changing and removing what world files declare too: one kind of it.
struct ObjectRoutes: Sendable {
    let services: APIServices
    let kind: ObjectKind

    // A world is made by PUT only: its name is part of what it is.
    var operations: [Operation] { kind == .world ? [put, remove] : [create, put, remove] }

    private var path: String { "\(kind.collection)/{\(kind.parameter)}" }

    static let conditions = [
        (name: "If-Match", description: "Change only what has this `ETag`: 412 when it is another by now."),
        (name: "If-None-Match", description: "`*`: only when there is none yet, else 412."),
    ]

    private var create: Operation {
        Operation(
            method: .post, path: kind.collection, id: "create\(kind.operationName)", tag: kind.tag,
            summary: "Make \(kind.indefinite)", body: body(isNamed: true),
            answers: [kind.answer(201, "It is made; `Location` says where it is.")],
            handler: .task { call in
                let request = ObjectRequest(call: call, kind: kind, services: services)
                let body = try request.body(named: nil)
                return try await put(body, request, mustBeNew: true)
            })
    }

    private var put: Operation {
        Operation(
            method: .put, path: path, id: "put\(kind.operationName)", tag: kind.tag,
            summary: "Make \(kind.indefinite), or change it to be this; 409 when a world file declares it",
            headers: ObjectRoutes.conditions, body: body(isNamed: false),
            answers: [kind.answer(200, "It is so now."), kind.answer(201, "It is made.")],
            handler: .task { call in
                let request = ObjectRequest(call: call, kind: kind, services: services)
                let body = try request.body(named: request.id.name)
                return try await put(body, request, mustBeNew: false)
            })
    }

    private var remove: Operation {
        Operation(
            method: .delete, path: path, id: "delete\(kind.operationName)", tag: kind.tag,
            summary: "Remove \(kind.indefinite) that the API made; what runs there goes on, detached",
            headers: [ObjectRoutes.conditions[0]], answers: [Operation.Answer(204, "It is removed.")],
            handler: .task { call in
                let request = ObjectRequest(call: call, kind: kind, services: services)
                try await services.objects.remove(
                    request.id, in: request.environment, actor: call.actor, cause: call.cause,
                    ifExpected: try await request.expectation(of: request.id))
                return .empty()
            })
    }

    private func body(isNamed: Bool) -> Operation.Body {
        Operation.Body(
            content: ["application/json": .written(.object(schema(isNamed: isNamed)))],
            isRequired: schema(isNamed: isNamed)["required"] != nil, policy: .buffered)
    }

    private func schema(isNamed: Bool) -> [String: JSONValue] {
        var schema = ObjectFormat.schema(of: kind).object ?? [:]
        if isNamed { schema["required"] = .array((schema["required"]?.array ?? []) + ["name"]) }
        return schema
    }

    private func put(_ body: ObjectBody, _ request: ObjectRequest, mustBeNew: Bool) async throws -> HTTPResponse {
        let outcome: ObjectService.Outcome
        do {
            outcome = try await services.objects.put(
                body, mustBeNew: mustBeNew, actor: request.call.actor, cause: request.call.cause,
                ifExpected: try await request.expectation(of: body.id))
        } catch let error as InvalidObject {
            throw RequestBody.invalid(error)
        }
        guard let shown = await request.shown(body.id, in: outcome.topology) else {
            throw DeploydError(.internal, "the \(body.id) was made and is not there")
        }
        let answer = try Answer.object(shown, for: request.call.http, status: outcome.isNew ? 201 : 200)
        return outcome.isNew ? answer.with("Location", body.id.path(in: request.environment)) : answer
    }
}
