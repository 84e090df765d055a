import Core
import Model

/// Processes one delivery and records what came of it.
struct DeliveryProcessor: Sendable {
    let context: EngineContext
    let reconcilers: Reconcilers

    func process(_ delivery: Delivery) async {
        var current = delivery
        current.status = .processing
        current.attempts += 1
        current.notBefore = nil
        do {
            let begun = current
            try await context.storage.write { try $0.update(begun) }
            let outcome = try await outcome(of: current)
            for instance in outcome.instances { await reconcilers.wake(instance) }
        } catch {
            // A server that stops leaves the delivery `processing`; the next start takes it up again.
            guard !Task.isCancelled else { return }
            await recordFailure(of: current, DeploydError.wrapping(error, "unexpected error"))
        }
    }

    private func outcome(of delivery: Delivery) async throws -> IntakeOutcome {
        switch delivery.content {
        case .ping:
            try await finish(delivery, .processed, reason: nil)
        case .ignored(let reason):
            try await finish(delivery, .ignored, reason: reason)
        case .push(let push):
            try await PushIntake(context: context, delivery: delivery, push: push).process()
        case .tree(let tree):
            try await TreeIntake(context: context, delivery: delivery, tree: tree).process()
        }
    }

    private func finish(
        _ delivery: Delivery, _ status: Delivery.Status, reason: String?
    ) async throws -> IntakeOutcome {
        try await context.storage.write { try $0.update(delivery.ended(status, reason: reason)) }
        return IntakeOutcome(instances: [])
    }

    /// Errors on the way are tried again up to the policy's bound; a verdict on what was pushed stands.
    private func recordFailure(of delivery: Delivery, _ error: DeploydError) async {
        var failed = delivery.ended(.failed, reason: error.description)
        let delay = RetryPolicy.delivery.delay(afterAttempt: delivery.attempts, chance: Double.random(in: 0...1))
        if error.code.isTransient, let delay {
            failed.status = .accepted
            failed.notBefore = context.clock.now() + delay
        }
        context.log.warning(
            "delivery not processed",
            ["delivery": delivery.id, "reason": error.description, "again": "\(failed.status == .accepted)"])
        let record = failed
        do {
            try await context.storage.write { try $0.update(record) }
        } catch {
            context.log.error("the delivery's outcome could not be recorded", ["error": "\(error)"])
        }
    }
}

/// What came of a delivery.
struct IntakeOutcome: Sendable {
    /// Those whose desired version may have changed.
    let instances: [InstanceID]
}

extension Delivery {
    func ended(_ status: Status, reason: String?, deployments: [String] = []) -> Delivery {
        var ended = self
        ended.status = status
        ended.reason = reason
        ended.deployments = deployments
        return ended
    }
}
