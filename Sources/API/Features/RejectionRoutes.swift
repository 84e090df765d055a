import Client
import Core
import Engine
import HTTPServer
import Model

/// Versions that may not be deployed any more.
struct RejectionRoutes: Sendable {
    private static let path = "/api/v1/applications/{application}/releases/{version}/rejected"

    let services: APIServices

    var operations: [Operation] { [reject, readmit] }

    private var reject: Operation {
        Operation(
            method: .put, path: RejectionRoutes.path, id: "rejectVersion", tag: "Versions",
            summary: "Let no environment be given a version any more; what runs goes on",
            body: .json(Wire.RejectionRequest.self), answers: [.json(Wire.Rejection.self, "It is rejected.")],
            handler: .task { request in
                let rejection = try await services.rejections.reject(
                    application: request.parameter("application"), version: request.parameter("version"),
                    reason: try request.body(Wire.RejectionRequest.self).reason, actor: request.actor,
                    cause: request.cause)
                return try Answer.json(Wire.Rejection(rejection))
            })
    }

    private var readmit: Operation {
        Operation(
            method: .delete, path: RejectionRoutes.path, id: "readmitVersion", tag: "Versions",
            summary: "Let a rejected version be deployed again; where it is wanted, it is deployed now",
            answers: [Operation.Answer(204, "It may be deployed.")],
            handler: .task { request in
                try await services.rejections.readmit(
                    application: request.parameter("application"), version: request.parameter("version"),
                    actor: request.actor, cause: request.cause)
                return .empty()
            })
    }
}
