import Core
import Formats
public import Model

/// Applications that are made, changed and deleted by people. Those that a registered repository declares have their
/// settings there.
public struct ApplicationService: Sendable {
    let context: EngineContext
    let reconcilers: Reconcilers

    public init(context: EngineContext, reconcilers: Reconcilers) {
        self.context = context
        self.reconcilers = reconcilers
    }

    /// Makes an application, or changes it to be this; it gets an instance on every target of its environments.
    /// - Parameters:
    ///   - mustBeNew: whether one that exists is refused.
    ///   - isExpected: whether what there is now is what the caller means to change.
    /// - Throws: `.conflict` when a repository owns it and says otherwise, or it exists and must be new;
    ///   `.preconditionFailed`; `InvalidObject`.
    public func put(
        _ body: ApplicationBody, mustBeNew: Bool, actor: String, cause: Cause?,
        ifExpected isExpected: @escaping @Sendable (Application?) -> Bool = { _ in true }
    ) async throws -> (application: Application, isNew: Bool) {
        let holder = context.topology
        let moment = context.clock.now()
        let outcome = try await context.storage.write { transaction in
            let present = try transaction.application(body.name)
            guard isExpected(present) else { throw ApplicationService.changed(body.name) }
            if mustBeNew, present != nil {
                throw DeploydError(.conflict, "the application '\(body.name)' exists already; PUT changes it")
            }
            let topology = holder.current.topology
            try ApplicationService.check(body, topology)
            let application = body.application(over: present, at: moment)
            guard application != present else { return (application: application, instances: [InstanceID]()) }
            if let owner = present?.owner {
                throw DeploydError(
                    .conflict,
                    "the application '\(body.name)' belongs to \(owner), whose deployd.yaml says what it is and where it "
                        + "goes: change it there")
            }
            if present == nil, let problem = try NameClaim(name: body.name, claimant: .person).problem(in: transaction)
            {
                throw problem
            }
            if present == nil { try transaction.insert(application) } else { try transaction.update(application) }
            try transaction.append(
                EventDraft(
                    present == nil ? .applicationCreated : .applicationChanged, actor: actor, cause: cause,
                    application: body.name), at: moment)
            let alignment = ApplicationAlignment(topology: topology, actor: actor, cause: cause, moment: moment)
            return (application, try alignment.align(application, in: transaction))
        }
        for instance in outcome.instances { await reconcilers.wake(instance) }
        return (outcome.application, outcome.application.createdAt == moment)
    }

    /// Forgets an application that has no instances left. Its history stays, and so do its releases: a version of that
    /// name never becomes another.
    /// - Throws: `.notFound`; `.conflict` while it has instances; `.preconditionFailed`.
    public func delete(
        _ name: String, actor: String, cause: Cause?,
        ifExpected isExpected: @escaping @Sendable (Application?) -> Bool = { _ in true }
    ) async throws {
        let moment = context.clock.now()
        try await context.storage.write { transaction in
            let present = try transaction.application(name)
            guard isExpected(present) else { throw ApplicationService.changed(name) }
            guard present != nil else { throw try transaction.missing(application: name, hint: "") }
            let instances = try transaction.instances(InstanceFilter(application: name))
            guard instances.isEmpty else { throw ApplicationService.inUse(name, instances) }
            try transaction.removeApplication(name, at: moment)
            try transaction.append(
                EventDraft(.applicationDeleted, actor: actor, cause: cause, application: name), at: moment)
        }
    }

    static func changed(_ name: String) -> DeploydError {
        DeploydError(.preconditionFailed, "the application '\(name)' was changed meanwhile; look at it and try again")
    }

    private static func inUse(_ name: String, _ instances: [Instance]) -> DeploydError {
        let shown = instances.prefix(20).map { "`deployd destroy \(name) --target \($0.id.target)`" }
        let more = instances.count > shown.count ? " and \(instances.count - shown.count) more" : ""
        return DeploydError(
            .conflict, "\(name) has instances, which are destroyed first: \(shown.joined(separator: ", "))\(more)")
    }

    private static func check(_ body: ApplicationBody, _ topology: Topology) throws(InvalidObject) {
        try check(body.environmentSets, "environmentSets", "environment set", topology.environmentSets.keys.sorted())
        try check(body.environments, "environments", "environment", topology.environments.keys.sorted())
    }

    private static func check(
        _ names: [String], _ key: String, _ kind: String, _ known: [String]
    ) throws(InvalidObject) {
        for (index, name) in names.enumerated() where !known.contains(name) {
            let hint = NearestName.hint(name, in: known)
            let listing = known.isEmpty ? "; none is declared" : "; there is \(known.joined(separator: ", "))"
            throw InvalidObject(
                path: [key, "\(index)"], message: "there is no \(kind) '\(name)'\(hint.isEmpty ? listing : hint)")
        }
    }
}

extension ApplicationBody {
    /// With what the API does not say.
    fileprivate func application(over present: Application?, at moment: Timestamp) -> Application {
        var seen: Set<String> = []
        let environments = environments.filter { seen.insert($0).inserted }
        return Application(
            name: name, description: description, url: url, labels: labels, owner: present?.owner,
            settings: Application.Settings(
                environmentSets: environmentSets, environments: environments, triggers: present?.settings.triggers,
                targets: present?.settings.targets ?? []),
            detachment: present?.detachment, createdAt: present?.createdAt ?? moment)
    }
}
