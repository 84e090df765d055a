import Client
import Core
import Engine
import HTTPServer
import Model

/// Webhook deliveries that were accepted.
struct DeliveryRoutes: Sendable {
    let services: APIServices

    var operations: [Operation] { [list, get, redeliver] }

    private var list: Operation {
        Operation(
            method: .get, path: "/api/v1/deliveries", id: "listDeliveries", tag: "Deliveries",
            summary: "Deliveries, newest first",
            parameters: [
                .choice("status", Delivery.Status.self, "Only of this status."),
                Operation.Parameter("repository", "Only of this repository, by its name."),
            ] + Operation.Parameter.page,
            answers: [.page(Wire.Delivery.self, "A part of the list.")],
            handler: .task { request in
                let status = try request.choice("status", Delivery.Status.self)
                let repository = request.query("repository")
                let page = try request.page()
                let deliveries = try await services.storage.read {
                    try $0.deliveries(status: status, repository: repository, page)
                }
                return try Answer.json(deliveries.wire(Wire.Delivery.init))
            })
    }

    private var get: Operation {
        Operation(
            method: .get, path: "/api/v1/deliveries/{delivery}", id: "getDelivery", tag: "Deliveries",
            summary: "One delivery, and what came of it", answers: [.object(Wire.Delivery.self, "The delivery.")],
            handler: .task { request in
                let id = request.parameter("delivery")
                guard let delivery = try await services.storage.read({ try $0.delivery(id: id) }) else {
                    throw DeploydError(.notFound, "no delivery '\(id)'")
                }
                return try Answer.object(Wire.Delivery(delivery), for: request.http)
            })
    }

    private var redeliver: Operation {
        Operation(
            method: .post, path: "/api/v1/deliveries/{delivery}/redeliver", id: "redeliver", tag: "Deliveries",
            summary: "Process an ended delivery again",
            answers: [.json(Wire.Delivery.self, "It is processed soon.", status: 202)],
            handler: .task { request in
                let delivery = try await services.deliveries.redeliver(request.parameter("delivery"))
                return try Answer.json(Wire.Delivery(delivery), status: 202)
            })
    }
}
