import Core
import Model

/// Processes one delivery and records what came of it.
struct DeliveryProcessor: Sendable {
    let context: EngineContext
    let reconcilers: Reconcilers

    /// - Parameter turn: what was read of its repository already.
    /// - Throws: `CancellationError` when the server stops: it is as if it had not been tried. Errors of the store: the
    ///   delivery stays `processing`, to be taken up again.
    func process(_ delivery: Delivery, in turn: SourceTurn) async throws {
        var current = delivery
        // One whose outcome the store refused is the same attempt.
        if delivery.status != .processing { current.attempts += 1 }
        current.status = .processing
        current.notBefore = nil
        do {
            let begun = current
            try await context.storage.write { try $0.update(begun) }
            CrashPoint.taken.pass()
            let outcome = try await outcome(of: current, turn)
            CrashPoint.frozen.pass()
            for instance in outcome.instances { await reconcilers.wake(instance) }
        } catch {
            guard !Task.isCancelled else {
                try? await putBack(delivery)
                throw CancellationError()
            }
            let verdict = error as? PushIntake.Verdict
            try await recordFailure(
                of: current, verdict?.error ?? DeploydError.wrapping(error, "unexpected error"), verdict)
        }
    }

    /// A stop of the server is no attempt. One that stays `processing` is of a server that died (`DeliveryRecovery`).
    private func putBack(_ delivery: Delivery) async throws {
        try await context.storage.write { transaction in
            guard try transaction.delivery(id: delivery.id)?.status == .processing else { return }
            var waiting = delivery
            waiting.status = .accepted
            try transaction.update(waiting)
        }
    }

    private func outcome(of delivery: Delivery, _ turn: SourceTurn) async throws -> IntakeOutcome {
        switch delivery.content {
        case .ping:
            try await finish(delivery, .processed, reason: nil)
        case .ignored(let reason):
            try await finish(delivery, .ignored, reason: reason)
        case .push(let push):
            try await PushIntake(context: context, delivery: delivery, push: push, turn: turn).process()
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
        let failed = delivery.failed(with: error, at: context.clock.now(), chance: Double.random(in: 0...1))
        context.log.warning(
            "delivery not processed",
            ["delivery": delivery.id, "reason": error.description, "again": "\(failed.status == .accepted)"])
        let moment = context.clock.now()
        try await context.storage.write { transaction in
            try transaction.update(failed)
            if let verdict {
                if let commit = verdict.commit { try verdict.note.put(commit, at: moment, in: transaction) }
            } else if failed.status == .failed, error.code.isTransient {
                try takeBack(failed, at: moment, in: transaction)
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
