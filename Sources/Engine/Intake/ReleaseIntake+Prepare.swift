import Core
import Model

/// Whether a release may be made, and what the application becomes. Nothing is written here, so that in one transaction the
/// releases of other services can follow one that is refused.
extension ReleaseIntake {
    /// Why it is not made.
    struct Refusal: Error {
        let error: DeploydError
    }

    struct Prepared {
        let topology: Topology
        /// nil: it is new.
        let present: Application?
        let application: Application
        /// Whose version is set.
        let environments: [String]
    }

    /// - Throws: `Refusal`; errors of the store as they are.
    func prepare(in reader: any StorageReader) throws -> Prepared {
        let topology = topology.current.topology
        let present = try reader.application(release.application)
        if present == nil,
            let problem = try NameClaim(name: release.application, claimant: .file(owner)).problem(in: reader)
        {
            throw Refusal(error: problem)
        }
        let releases = try [overtaken, release].compactMap { $0 }.map { release in
            (release, try reader.release(release.application, release.version))
        }
        let conflict = try OwnTargets.conflict(of: release.application, ownTargets(over: present), in: reader)
        do throws(DeploydError) {
            if let conflict { throw conflict }
            let application = try declared(over: present, topology)
            let environments = try choose(among: topology.environments(of: application.settings), of: application)
            for case (let release, let recorded?) in releases where recorded.source != release.source {
                throw ReleaseIntake.moved(release, from: recorded)
            }
            return Prepared(
                topology: topology, present: present, application: application, environments: environments)
        } catch {
            throw Refusal(error: error)
        }
    }

    /// Those that are new with this file.
    private func ownTargets(over present: Application?) -> [Target] {
        guard case .file(let service) = declaration, owner != nil || present?.owner == nil else { return [] }
        return service.settings.targets.filter { present?.settings.targets.contains($0) != true }
    }

    private func declared(over present: Application?, _ topology: Topology) throws(DeploydError) -> Application {
        if let present { try checkOwner(of: present) }
        switch declaration {
        case .recorded(let reason):
            guard let present, present.owner?.repository == owner?.repository else {
                throw DeploydError(.invalid, reason)
            }
            return try attached(present)
        case .file(let service):
            // A pushed tree does not change what a repository declares.
            if owner == nil, let present, present.owner != nil { return try attached(present) }
            try check(service, topology)
            return Application(
                name: service.service, description: service.description, url: service.url, labels: service.labels,
                owner: owner, settings: service.settings, createdAt: present?.createdAt ?? moment)
        }
    }

    private func attached(_ application: Application) throws(DeploydError) -> Application {
        if let reason = application.detachment { throw VersionPlace.detached(application.name, reason) }
        return application
    }

    /// A service may move within its repository, whose default branch's head has it once.
    private func checkOwner(of application: Application) throws(DeploydError) {
        guard let present = application.owner, let owner, present.repository != owner.repository else { return }
        throw DeploydError(
            .conflict,
            "the service '\(application.name)' belongs to \(present); \(owner) cannot declare it too: "
                + "choose another name in its deployd.yaml")
    }

    private func check(_ service: ServiceFile, _ topology: Topology) throws(DeploydError) {
        let problems = topology.problems(of: service)
        guard problems.isEmpty else {
            throw DeploydError(.invalid, "\(ServiceFile.fileName): \(problems.joined(separator: "; "))")
        }
    }

    private func choose(among environments: [String], of application: Application) throws(DeploydError) -> [String] {
        guard let first = environments.first else {
            throw DeploydError(
                .invalid, "the service '\(application.name)' has no environment; name one in its deployd.yaml")
        }
        switch destination {
        case .triggered(let reference, let defaultBranch):
            return application.settings.environments(
                triggeredBy: reference, of: application.name, defaultBranch: defaultBranch, among: environments)
        case .requested(nil):
            // A pushed tree must say where it goes, unless there is only one place.
            guard environments.count == 1 else {
                throw DeploydError(
                    .invalid, "say where it goes with --environment: \(environments.joined(separator: ", "))")
            }
            return [first]
        case .requested(let environment?):
            guard environments.contains(environment) else {
                throw DeploydError(
                    .invalid,
                    "the service '\(application.name)' has no environment '\(environment)'; "
                        + "it has \(environments.joined(separator: ", "))")
            }
            return [environment]
        }
    }

    private static func moved(_ release: Release, from present: Release) -> DeploydError {
        let was = "version \(release.version) of \(release.application) was released from "
        guard let commit = release.commit, let before = present.commit, commit != before else {
            return DeploydError(.conflict, was + "another source; a release never changes")
        }
        return DeploydError(
            .conflict,
            was + "the commit \(before), and \(release.reference ?? "it") names \(commit) now: "
                + "a release never changes; push a new tag")
    }
}
