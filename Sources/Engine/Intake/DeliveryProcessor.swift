import Core
import Model

/// Processes one delivery and records what came of it.
struct DeliveryProcessor: Sendable {
    let context: EngineContext
    let reconcilers: Reconcilers

    /// - Throws: `CancellationError` when the server stops, and errors of the store: the delivery stays `processing`, to be
    ///   taken up again.
    func process(_ delivery: Delivery) async throws {
        var current = delivery
        // One that a stop or crash of the server cut short is the same attempt.
        if delivery.status != .processing { current.attempts += 1 }
        current.status = .processing
        current.notBefore = nil
        do {
            let begun = current
            try await context.storage.write { try $0.update(begun) }
            let outcome = try await outcome(of: current)
            for instance in outcome.instances { await reconcilers.wake(instance) }
        } catch {
            try Task.checkCancellation()
            let verdict = error as? PushIntake.Verdict
            try await recordFailure(
                of: current, verdict?.error ?? DeploydError.wrapping(error, "unexpected error"), verdict)
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
    private func recordFailure(
        of delivery: Delivery, _ error: DeploydError, _ verdict: PushIntake.Verdict?
    ) async throws {
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
        let moment = context.clock.now()
        try await context.storage.write { transaction in
            try transaction.update(record)
            if let verdict {
                try verdict.note.put(verdict.commit, at: moment, in: transaction)
            } else if record.status == .failed, error.code.isTransient {
                try takeBack(record, at: moment, in: transaction)
            }
        }
    }

    /// A sweep that was not listened to is one more lost delivery.
    private func takeBack(_ delivery: Delivery, at moment: Timestamp, in transaction: any StorageWriter) throws {
        guard delivery.isOfSweep, case .push(let push) = delivery.content else { return }
        try ReferenceNote(repository: delivery.key.hook, name: push.reference, delivery: delivery)
            .takeBack(to: push.before, at: moment, in: transaction)
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
        // Those of an earlier time stay.
        ended.deployments += deployments.filter { !ended.deployments.contains($0) }
        return ended
    }
}
