import Core
import Model

/// What the default branch's head declares, against the applications that its repository declared before: those that it
/// no longer has are detached, and come back when it has them again.
struct RepositoryDeclarations: Sendable {
    let repository: CodeRepository
    /// The services that are there, and those that are declared twice.
    let names: Set<String>
    /// What each folder declares.
    let places: [String: String]
    /// Folders that are there and whose files cannot be read: nobody knows what they declare.
    let broken: Set<String>
    let actor: String
    let cause: Cause
    let moment: Timestamp

    /// - Returns: the instances that changed, and a sentence for each application that did.
    func apply(_ topology: Topology, to transaction: any StorageWriter) throws -> (
        instances: [InstanceID], notices: [String]
    ) {
        var instances: [InstanceID] = []
        var notices: [String] = []
        let alignment = ApplicationAlignment(topology: topology, actor: actor, cause: cause, moment: moment)
        for var application in try transaction.applications(ownedBy: repository.name) {
            let reason = try reason(application, transaction)
            guard application.detachment != reason else { continue }
            let type: EventType = reason == nil ? .applicationAttached : .applicationDetached
            application.detachment = reason
            try transaction.update(application)
            try transaction.append(
                EventDraft(type, actor: actor, cause: cause, application: application.name, detail: reason),
                at: moment)
            instances += try alignment.align(application, in: transaction)
            notices.append(
                reason.map { "\(application.name) is detached: \($0)" } ?? "\(application.name) is declared again")
        }
        return (instances, notices)
    }

    private func reason(_ application: Application, _ reader: any StorageReader) throws -> String? {
        guard !names.contains(application.name) else { return nil }
        let path = application.owner?.path ?? ""
        guard !broken.contains(path) else { return application.detachment }
        // Its file has a name from before it was renamed; that is said where it is released.
        if let declared = places[path], try reader.application(renamedFrom: declared)?.name == application.name {
            return application.detachment
        }
        return
            "the branch \(repository.defaultBranch) of \(repository.name) no longer declares '\(application.name)'"
            + (path.isEmpty ? "" : " in \(path)")
    }
}

extension PushedReleases {
    /// nil unless the commit is the default branch's head.
    func declarations(_ layout: RepositoryLayout, at commit: String) async throws -> RepositoryDeclarations? {
        guard source.isDefaultBranch else { return nil }
        var broken: Set<String> = []
        for path in layout.problems.keys {
            let hash = try await context.source.treeHash(of: path, in: source.repository, at: commit)
            if hash != nil { broken.insert(path) }
        }
        return RepositoryDeclarations(
            repository: source.repository, names: layout.names,
            places: Dictionary(layout.services.map { ($0.path, $0.name) }, uniquingKeysWith: { first, _ in first }),
            broken: broken, actor: push.actor,
            cause: Cause(.delivery, delivery.id), moment: context.clock.now())
    }
}
