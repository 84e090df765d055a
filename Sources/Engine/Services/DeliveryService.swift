import Core
public import Model

/// Accepted deliveries: stored once, processed after the answer, tried again on request.
public struct DeliveryService: Sendable {
    /// What became of a delivery that came in.
    public enum Acceptance: Sendable, Equatable {
        case stored(id: String)
        /// A repeat of one that is stored; nothing more is done.
        case repeated(id: String)
    }

    private let context: EngineContext
    private let wakeIntake: Wake
    private let bounds: WaitingBounds

    public init(context: EngineContext, wakeIntake: Wake, limits: DeliveryLimits = DeliveryLimits()) {
        self.context = context
        self.wakeIntake = wakeIntake
        bounds = WaitingBounds(limits)
    }

    public var limits: DeliveryLimits { bounds.limits }

    /// Stores a delivery; `completion` is called on the writer's thread once it is durable.
    ///
    /// A repeat gives the first's id; when the first failed it is processed again. `.exhausted` when too many wait.
    public func accept(
        _ delivery: Delivery, completion: @escaping @Sendable (Result<Acceptance, any Error>) -> Void
    ) {
        let wakeIntake = wakeIntake
        // Nothing follows from the others, such as pings: a look at what waits would cost more than storing them did.
        let isWork = delivery.status == .accepted
        context.storage.write({ [self] in try store(delivery, in: $0) }) { result in
            // Woken first: the answer may be the last that its connection's thread does.
            if isWork { wakeIntake.raise() }
            completion(result)
        }
    }

    public func accept(_ delivery: Delivery) async throws -> Acceptance {
        let acceptance = try await context.storage.write { [self] in try store(delivery, in: $0) }
        wakeUp()
        return acceptance
    }

    /// To be called once what was stored is durable.
    func wakeUp() { wakeIntake.raise() }

    /// Stores a delivery within a transaction of the caller's.
    func store(_ delivery: Delivery, in transaction: any StorageWriter) throws -> Acceptance {
        if let first = try transaction.delivery(key: delivery.key) {
            if first.status == .failed {
                try transaction.update(first.anew())
                bounds.added(first)
            }
            return .repeated(id: first.id)
        }
        if delivery.status == .accepted { try bounds.admit(delivery, in: transaction) }
        try transaction.insert(delivery)
        return .stored(id: delivery.id)
    }

    /// Processes an ended delivery again.
    /// - Throws: `.notFound`; `.conflict` while it waits or is processed.
    public func redeliver(_ id: String) async throws -> Delivery {
        let moment = context.clock.now()
        let delivery = try await context.storage.write { [bounds] transaction in
            guard let delivery = try transaction.delivery(id: id) else {
                throw DeploydError(.notFound, "no delivery '\(id)'")
            }
            guard delivery.status != .accepted, delivery.status != .processing else {
                throw DeploydError(.conflict, "delivery \(id) is \(delivery.status.rawValue) already")
            }
            if let problem = try DeliveryService.problem(redelivering: delivery, transaction) {
                throw DeploydError(.conflict, problem)
            }
            let anew = delivery.anew()
            try transaction.update(anew)
            // What somebody asks for acts, even if another delivery told the same of the ref.
            try ReferenceNote.handOver(to: anew, at: moment, in: transaction)
            bounds.added(anew)
            return anew
        }
        wakeIntake.raise()
        return delivery
    }

    /// The archive of a working tree is discarded once it is released: its version is there to be set.
    private static func problem(redelivering delivery: Delivery, _ reader: any StorageReader) throws -> String? {
        guard case .tree = delivery.content, delivery.status == .processed else { return nil }
        let made = try delivery.deployments.compactMap { try reader.deployment($0) }.first
        guard let made else { return "the folder that delivery \(delivery.id) brought was released: push it again" }
        return "the folder that delivery \(delivery.id) brought was released as \(made.version): push it again, or "
            + "`deployd set-version \(made.instance.application) --environment \(made.environment) "
            + "--version \(made.version)`"
    }
}
