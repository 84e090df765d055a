import Core
import Model

/// A source that became a version: recorded, set on the environments it is for, and their instances told.
struct ReleaseIntake: Sendable {
    /// Where the application's settings are read: never from what a branch or tag brings along.
    enum Declaration: Sendable {
        /// The file of the default branch's head, or of a pushed working tree.
        case file(ServiceFile)
        /// As they were read last; the text says why the default branch's head does not say them now.
        case recorded(because: String)
    }

    /// Where the version is set.
    enum Destination: Sendable {
        /// Where the application's triggers say.
        case triggered(by: PushedReference, defaultBranch: String)
        /// A working tree goes where its sender says; nil: to the only environment there is.
        case requested(String?)
    }

    /// What a transaction made of it.
    struct Outcome: Sendable {
        /// Brings the versions that were set to the instances.
        var spread = DesiredSpread()
        /// Those that are new or changed.
        let instances: [InstanceID]
        /// Why the version was recorded and not set, or not set everywhere.
        let notice: String?
        /// Whether a rule, not only the state of things, kept it from being set somewhere.
        var isRefused = false
    }

    let topology: TopologyHolder
    let declaration: Declaration
    var release: Release
    /// The release of a commit that a newer one has overtaken: made, and not set.
    var overtaken: Release?
    /// Set only where there is no version yet or one of these; nil: in any case.
    var onlyOver: [String]?
    /// nil: a pushed working tree.
    let owner: Application.Owner?
    let destination: Destination
    let actor: String
    let cause: Cause
    let moment: Timestamp

    /// Declares the application, makes the release, sets the environments' version and moves every instance.
    func apply(to transaction: any StorageWriter) throws -> Outcome {
        do {
            var outcome = try perform(try prepare(in: transaction), in: transaction)
            try outcome.spread.finish(in: transaction)
            return outcome
        } catch let refusal as Refusal {
            throw refusal.error
        }
    }

    /// - Parameter prepared: made in the same transaction.
    /// - Returns: with the instances still to be moved.
    func perform(_ prepared: Prepared, in transaction: any StorageWriter) throws -> Outcome {
        let (application, environments) = (prepared.application, prepared.environments)
        try declare(application, over: prepared.present, in: transaction)
        let instances = try align(application, prepared, in: transaction)
        if case .triggered(.branch(let name), _) = destination, environments.isEmpty {
            return Outcome(instances: instances, notice: "no trigger of \(application.name) names the branch \(name)")
        }
        if let overtaken { try record(overtaken, in: transaction) }
        try record(release, in: transaction)
        try notePush(in: transaction)
        var spread = DesiredSpread()
        var obstacles: [Obstacle] = []
        for environment in environments {
            let change = DesiredChange(
                application: application.name, environment: environment, version: release.version, actor: actor,
                cause: cause, moment: moment, way: owner == nil ? .tree : .trigger,
                topology: prepared.topology)
            if let obstacle = try obstacle(to: change, in: transaction) {
                obstacles.append(obstacle)
            } else {
                _ = try change.set(in: transaction)
                spread.append(change)
            }
        }
        return Outcome(
            spread: spread, instances: instances, notice: notice(of: environments, obstacles),
            isRefused: obstacles.contains(where: \.isRefusal))
    }

    /// Whoever changes the worlds aligns every application, so one that is declared as before is aligned.
    private func align(
        _ application: Application, _ prepared: Prepared, in transaction: any StorageWriter
    ) throws -> [InstanceID] {
        guard application != prepared.present else { return [] }
        return try ApplicationAlignment(topology: prepared.topology, actor: actor, cause: cause, moment: moment)
            .align(application, in: transaction)
    }

    private func record(_ release: Release, in transaction: any StorageWriter) throws {
        guard try transaction.release(release.application, release.version) == nil else { return }
        try transaction.insert(release)
        try transaction.append(
            EventDraft(
                .releaseCreated, actor: actor, cause: cause, application: release.application,
                after: release.version, detail: release.reference),
            at: moment)
    }
}
