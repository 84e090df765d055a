import Core
import Model

/// A source that became a version: recorded, set on its environment, and its instances told.
struct ReleaseIntake: Sendable {
    /// What a transaction made of it.
    struct Outcome: Sendable {
        let environment: String
        let deployments: [Deployment]
        let instances: [InstanceID]
        /// Why the version was recorded and not set.
        let notice: String?
    }

    let topology: TopologyHolder
    let service: ServiceFile
    let release: Release
    /// The release of a commit that a newer one has overtaken: made, and not set.
    var overtaken: Release?
    /// Set only where there is no version yet or one of these; nil: in any case.
    var onlyOver: [String]?
    /// nil: a pushed working tree.
    let owner: Application.Owner?
    /// nil: the application's first.
    let environment: String?
    let actor: String
    let cause: Cause
    let moment: Timestamp

    /// Declares the application, makes the release and sets the environment's version.
    func apply(to transaction: any StorageWriter) throws -> Outcome {
        let topology = topology.current.topology
        let application = try declare(topology, in: transaction)
        let alignment = ApplicationAlignment(topology: topology, actor: actor, cause: cause, moment: moment)
        let environments = try alignment.align(application, in: transaction)
        let environment = try chooseEnvironment(environments)
        if let overtaken { try record(overtaken, in: transaction) }
        try record(release, in: transaction)
        let change = DesiredChange(
            application: application.name, environment: environment, version: release.version, actor: actor,
            cause: cause, moment: moment, isExplicit: owner == nil)
        let instances = try transaction.instances(InstanceFilter(application: application.name)).map(\.id)
        if let current = try transaction.environmentVersion(application.name, environment),
            let obstacle = obstacle(to: change, over: current)
        {
            let notice = "\(obstacle); version \(release.version) was released and not set"
            return Outcome(environment: environment, deployments: [], instances: instances, notice: notice)
        }
        let outcome = try change.apply(to: transaction)
        return Outcome(
            environment: environment, deployments: outcome.deployments, instances: instances, notice: nil)
    }

    private func obstacle(to change: DesiredChange, over current: EnvironmentVersion) -> String? {
        if let hold = current.hold { return "\(change.environment) is held by \(hold.actor): \(hold.reason)" }
        guard let onlyOver, let desired = current.desired, !(onlyOver + [change.version]).contains(desired) else {
            return nil
        }
        return "\(change.environment) is at version \(desired)"
    }

    private func declare(_ topology: Topology, in transaction: any StorageWriter) throws -> Application {
        guard var application = try transaction.application(service.service) else {
            let created = Application(
                name: service.service, description: service.description, url: service.url,
                labels: service.labels, owner: owner, settings: service.settings, createdAt: moment)
            try checkEnvironments(topology)
            try transaction.insert(created)
            try transaction.append(
                EventDraft(
                    .applicationCreated, actor: actor, cause: cause, application: created.name,
                    detail: owner.map { "declared by \($0)" }),
                at: moment)
            return created
        }
        try checkOwner(of: application)
        guard owner != nil || application.owner == nil else { return application }
        try checkEnvironments(topology)
        let before = application
        application.owner = application.owner ?? owner
        application.settings = service.settings
        application.description = service.description
        application.url = service.url
        application.labels = service.labels
        guard application != before else { return application }
        try transaction.update(application)
        try transaction.append(
            EventDraft(.applicationChanged, actor: actor, cause: cause, application: application.name), at: moment)
        return application
    }

    private func checkOwner(of application: Application) throws {
        guard let present = application.owner, let owner, present != owner else { return }
        throw DeploydError(
            .conflict,
            "the service '\(service.service)' belongs to \(present); \(owner) cannot declare it too: "
                + "choose another name in its deployd.yaml")
    }

    private func checkEnvironments(_ topology: Topology) throws {
        let problems = topology.problems(of: service.settings)
        guard problems.isEmpty else {
            throw DeploydError(.invalid, "\(ServiceFile.fileName): \(problems.joined(separator: "; "))")
        }
    }

    private func chooseEnvironment(_ environments: [String]) throws -> String {
        guard let first = environments.first else {
            throw DeploydError(
                .invalid, "the service '\(service.service)' has no environment; name one in its deployd.yaml")
        }
        guard let environment else {
            // A pushed tree must say where it goes, unless there is only one place.
            guard owner != nil || environments.count == 1 else {
                throw DeploydError(
                    .invalid, "say where it goes with --environment: \(environments.joined(separator: ", "))")
            }
            return first
        }
        guard environments.contains(environment) else {
            throw DeploydError(
                .invalid,
                "the service '\(service.service)' has no environment '\(environment)'; "
                    + "it has \(environments.joined(separator: ", "))")
        }
        return environment
    }

    private func record(_ release: Release, in transaction: any StorageWriter) throws {
        if let present = try transaction.release(release.application, release.version) {
            guard present.source == release.source else {
                throw DeploydError(
                    .conflict,
                    "version \(release.version) of \(release.application) was released from another source; "
                        + "a release never changes")
            }
            return
        }
        try transaction.insert(release)
        try transaction.append(
            EventDraft(
                .releaseCreated, actor: actor, cause: cause, application: release.application,
                after: release.version, detail: release.reference),
            at: moment)
    }
}
