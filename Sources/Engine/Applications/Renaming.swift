import Core
import Model

/// Gives an application another name, within one transaction. What is recorded of it follows; what runs is not touched,
/// since drivers know it by its identity.
struct Renaming {
    struct Outcome {
        let application: Application
        /// As they were called before; none when there was nothing to do.
        let instances: [InstanceID]
    }

    let name: String
    let newName: String
    let actor: String
    let cause: Cause?
    let moment: Timestamp
    let topology: Topology

    /// - Throws: `.notFound`; `.conflict` when the name is taken, something is under way, or a place does not take it.
    func apply(to transaction: any StorageWriter) throws -> Outcome {
        guard let present = try transaction.application(name) else {
            // Somebody who asks again, not having seen the answer.
            if let done = try transaction.application(renamedFrom: name), done.name == newName {
                return Outcome(application: done, instances: [])
            }
            throw try transaction.missing(application: name)
        }
        guard newName != name else { throw DeploydError(.conflict, "'\(name)' is its name already") }
        guard try transaction.application(newName) == nil else { throw try taken(present, in: transaction) }
        let instances = try transaction.instances(InstanceFilter(application: name))
        if let work = try workUnderWay(on: instances, in: transaction) {
            throw DeploydError(.conflict, "'\(name)' cannot be renamed now: \(work); try again when that has ended")
        }
        let renamed = present.named(newName)
        try checkPlaces(of: renamed, instances)
        try move(renamed, in: transaction)
        return Outcome(application: renamed, instances: instances.map(\.id))
    }

    private func move(_ renamed: Application, in transaction: any StorageWriter) throws {
        let event = try transaction.append(
            EventDraft(
                .applicationRenamed, actor: actor, cause: cause, application: newName, before: name, after: newName),
            at: moment)
        try transaction.rename(name, to: newName, event: event.id)
        try ApplicationAlignment(topology: topology, actor: actor, cause: cause, moment: moment)
            .align(renamed, in: transaction)
    }

    private func taken(_ present: Application, in reader: any StorageReader) throws -> DeploydError {
        let instances = try reader.instances(InstanceFilter(application: newName))
        let remedy =
            instances.isEmpty
            ? "delete it (DELETE /api/v1/applications/\(newName))"
            : "destroy it (`deployd destroy \(newName)`) and delete it (DELETE /api/v1/applications/\(newName))"
        return DeploydError(
            .conflict,
            "there is an application '\(newName)' already, with releases and instances of its own; choose another name, "
                + "or, if it is to give way to '\(name)', \(remedy) first")
    }

    private func workUnderWay(on instances: [Instance], in reader: any StorageReader) throws -> String? {
        for instance in instances {
            let target = instance.id.target
            if let deployment = try reader.unfinishedDeployments(of: instance.id).first {
                let state = deployment.status == .running ? "runs" : "waits"
                return "the deployment \(deployment.id) of \(deployment.version) on \(target) \(state)"
            }
            if instance.lifecycle.state.isUnderWay { return "on \(target) it is \(instance.lifecycle.state.rawValue)" }
        }
        return nil
    }

    /// Rules that go by names must not detach what runs.
    private func checkPlaces(of renamed: Application, _ instances: [Instance]) throws {
        let places = ApplicationPlaces(of: renamed, in: topology)
        let targets = Set(places.placements.map(\.target))
        let lost = instances.filter { !$0.isDetached && !targets.contains($0.id.target) }
        guard !lost.isEmpty else { return }
        let reasons = lost.map { "on \($0.id.target) it would be detached, since \(places.absence(of: $0))" }
        throw DeploydError(
            .conflict, "'\(name)' cannot be renamed to '\(newName)': \(reasons.joined(separator: "; "))")
    }
}

extension Application {
    fileprivate func named(_ name: String) -> Application {
        Application(
            name: name, description: description, url: url, labels: labels, owner: owner, settings: settings,
            detachment: detachment, createdAt: createdAt)
    }
}
