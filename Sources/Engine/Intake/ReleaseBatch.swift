import Core
import Model

/// The releases of one push, made in one transaction: all that can be made, however it is with the others.
struct ReleaseBatch: Sendable {
    struct Outcome: Sendable {
        /// Brings the versions that were set to the instances.
        var spread = DesiredSpread()
        var instances: [InstanceID] = []
        var notices: [String] = []
        var hasFailed = false
        /// The folders that the delivery is still to release, once what it waits for is there; nil: none.
        var waits: [String]?
    }

    /// Whether the repository is one of several services.
    let hasSeveral: Bool
    /// By the service's folder.
    var problems: [String: DeploydError]
    var intakes: [ReleaseIntake] = []
    /// What keeps further services from being released for now.
    var missing: [MissingImage] = []
    var moves: [ImageMove] = []
    /// Whether what the ref names now is another delivery's to release.
    var leavesHead = false
    /// What the repository's head has and has not; nil for any other commit.
    var declarations: RepositoryDeclarations?

    /// - Throws: what is wrong with the only service of a repository; of several it is in the outcome.
    func apply(_ topology: TopologyHolder, to transaction: any StorageWriter) throws -> Outcome {
        var outcome = Outcome()
        var problems = problems
        var released: [String] = []
        for intake in intakes {
            do {
                let prepared = try intake.prepare(in: transaction)
                let made = try intake.perform(prepared, in: transaction)
                outcome.spread.append(made.spread)
                outcome.instances += made.instances
                outcome.notices += made.notice.map { [$0] } ?? []
                outcome.hasFailed = outcome.hasFailed || made.isRefused
                released.append(intake.release.application)
            } catch let refusal as ReleaseIntake.Refusal {
                // Nothing of it was written.
                problems[intake.release.path] = refusal.error
            }
        }
        for move in moves {
            guard let intake = intakes.first(where: { $0.release.application == move.release.application }) else {
                continue
            }
            try move.apply(actor: intake.actor, cause: intake.cause, at: intake.moment, to: transaction)
        }
        let declared = try declarations?.apply(topology.current.topology, to: transaction)
        outcome.instances += declared?.instances ?? []
        let failures = problems.sorted { $0.key < $1.key }
        if !hasSeveral, let failure = failures.first { throw failure.value }
        outcome.hasFailed = outcome.hasFailed || !failures.isEmpty
        outcome.notices += failures.map { "\($0.key): \($0.value.message)" }
        outcome.notices += missing.map(\.sentence) + moves.map(\.sentence)
        if !missing.isEmpty { outcome.waits = missing.map(\.path) + failures.map(\.key) }
        if !failures.isEmpty || !missing.isEmpty, !released.isEmpty {
            outcome.notices.append("the others were released: \(released.sorted().joined(separator: ", "))")
        }
        if hasSeveral, released.isEmpty, failures.isEmpty, missing.isEmpty {
            outcome.notices.append("no service has changed")
        }
        outcome.notices += declared?.notices ?? []
        return outcome
    }
}
