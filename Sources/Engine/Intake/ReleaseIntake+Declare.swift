import Model

extension ReleaseIntake {
    /// Records what the application is now.
    func declare(
        _ application: Application, over present: Application?, in transaction: any StorageWriter
    ) throws {
        guard let present else {
            try transaction.insert(application)
            try transaction.append(
                EventDraft(
                    .applicationCreated, actor: actor, cause: cause, application: application.name,
                    detail: owner.map { "declared by \($0)" }),
                at: moment)
            return
        }
        guard application != present else { return }
        try transaction.update(application)
        try transaction.append(
            EventDraft(.applicationChanged, actor: actor, cause: cause, application: application.name), at: moment)
    }

    /// What the next push of the branch is compared with.
    func notePush(in transaction: any StorageWriter) throws {
        guard case .triggered(.branch, _) = destination, let reference = release.reference else { return }
        try transaction.put(
            PushedVersion(
                application: release.application, reference: reference, version: release.version,
                delivery: cause.kind == .delivery ? cause.id : nil))
    }
}
