import Core
import Model

/// Who may declare an application, and what its settings become.
extension ReleaseIntake {
    func declare(_ topology: Topology, in transaction: any StorageWriter) throws -> Application {
        let present = try transaction.application(release.application)
        if let present { try checkOwner(of: present) }
        switch declaration {
        case .recorded(let reason):
            guard let present, present.owner == owner else { throw DeploydError(.invalid, reason) }
            return present
        case .file(let service):
            // A branch or tag may be of before a renaming, or want to be somebody else.
            guard service.service == release.application else {
                throw DeploydError(
                    .invalid,
                    "deployd.yaml says service: \(release.application), and on the default branch, which says where it "
                        + "goes, service: \(service.service)")
            }
            guard let present else { return try create(service, topology, in: transaction) }
            guard owner != nil || present.owner == nil else { return present }
            return try change(present, service, topology, in: transaction)
        }
    }

    private func create(
        _ service: ServiceFile, _ topology: Topology, in transaction: any StorageWriter
    ) throws -> Application {
        let created = Application(
            name: service.service, description: service.description, url: service.url, labels: service.labels,
            owner: owner, settings: service.settings, createdAt: moment)
        try check(service, topology)
        try transaction.insert(created)
        try transaction.append(
            EventDraft(
                .applicationCreated, actor: actor, cause: cause, application: created.name,
                detail: owner.map { "declared by \($0)" }),
            at: moment)
        return created
    }

    private func change(
        _ present: Application, _ service: ServiceFile, _ topology: Topology, in transaction: any StorageWriter
    ) throws -> Application {
        try check(service, topology)
        var application = present
        application.owner = application.owner ?? owner
        application.settings = service.settings
        application.description = service.description
        application.url = service.url
        application.labels = service.labels
        guard application != present else { return application }
        try transaction.update(application)
        try transaction.append(
            EventDraft(.applicationChanged, actor: actor, cause: cause, application: application.name), at: moment)
        return application
    }

    private func checkOwner(of application: Application) throws {
        guard let present = application.owner, let owner, present != owner else { return }
        throw DeploydError(
            .conflict,
            "the service '\(application.name)' belongs to \(present); \(owner) cannot declare it too: "
                + "choose another name in its deployd.yaml")
    }

    private func check(_ service: ServiceFile, _ topology: Topology) throws {
        let problems = topology.problems(of: service)
        guard problems.isEmpty else {
            throw DeploydError(.invalid, "\(ServiceFile.fileName): \(problems.joined(separator: "; "))")
        }
    }
}
