import Core
import Model

/// What a server does at its start with the deliveries that the one before it died over.
///
/// The first time they are taken up at once: what ended the server was most likely something else. From then on they
/// wait, so that others have their turn first, and at last they are set aside.
struct DeliveryRecovery: Sendable {
    static let reason = "the server died while it processed this; its log may say of what"

    let context: EngineContext

    func run() async throws {
        let moment = context.clock.now()
        let log = context.log
        try await context.storage.write { transaction in
            var cursor: String?
            var broken: [Delivery] = []
            repeat {
                let page = PageRequest(limit: PageRequest.maximumLimit, after: cursor)
                let found = try transaction.deliveries(status: .processing, repository: nil, page)
                broken += found.items
                cursor = found.next
            } while cursor != nil
            for delivery in broken {
                let next = next(delivery, at: moment)
                try transaction.update(next)
                guard next.status == .failed else { continue }
                log.error("a delivery was set aside", ["delivery": next.id, "reason": next.reason ?? ""])
                try keepFromSweeps(next, at: moment, in: transaction)
            }
        }
    }

    private func next(_ delivery: Delivery, at moment: Timestamp) -> Delivery {
        var next = delivery.brokenDown(DeliveryRecovery.reason, at: moment, chance: Double.random(in: 0...1))
        if next.status == .accepted, next.breakdowns == 1 { next.notBefore = nil }
        return next
    }

    /// A sweep would deliver the same push again, and the server die again.
    private func keepFromSweeps(
        _ delivery: Delivery, at moment: Timestamp, in transaction: any StorageWriter
    ) throws {
        guard case .push(let push) = delivery.content, let commit = push.after,
            let repository = try delivery.repository.flatMap({ try transaction.repository(named: $0) })
        else { return }
        try ReferenceNote(repository: repository.id, name: push.reference, delivery: delivery)
            .put(commit, at: moment, in: transaction)
    }
}
