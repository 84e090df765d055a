import Client
import Core

/// What must hold after a run, whatever happened in it.
struct CrashVerdict {
    let run: CrashRun
    private var server: RunningServer { run.server }
    private var services: [SmallService] { CrashRun.services.flatMap(\.self) }

    /// What does not; empty when all does.
    func problems() async throws -> [String] {
        let history = try await CrashHistory(of: server)
        run.count(deliveries: history.deliveries.count, deployments: history.deployments.count)
        var problems = history.problems + run.problemsOfSender + requests
        problems += pushes(history)
        for repository in run.repositories { problems += try await versions(of: repository, history) }
        problems += beforeDeploys(history)
        problems += try await CrashPlaces(server: server, services: services, history: history).problems()
        let doctor = try await DoctorReading(server.folder.data, server)
        return problems + (doctor.trouble.isEmpty ? [] : ["doctor: \(doctor.trouble): \(doctor.text)"])
    }

    /// None failed, and none was answered by anything but a version of its service.
    private var requests: [String] {
        zip(services, run.outcomes).flatMap { service, outcome -> [String] in
            let own = run.repositories.flatMap { $0.contents[service.name] ?? [] }.map(String.init)
            let strange = Set(outcome.answers.keys).subtracting(own).sorted()
            guard outcome.failed > 0 || outcome.total == 0 || !strange.isEmpty else { return [] }
            return [
                "\(outcome.failed) of \(outcome.total) requests to \(service.name) failed: \(outcome.reasons); "
                    + "strange answers: \(strange)"
            ]
        }
    }

    /// Each was accepted once, and made its releases or says what came before it.
    private func pushes(_ history: CrashHistory) -> [String] {
        let byID = Dictionary(history.deliveries.map { ($0.id, $0) }) { first, _ in first }
        let all = run.repositories.flatMap(\.pushes)
        var problems =
            Set(all.map(\.delivery)).count == CrashScript.pushCount ? [] : ["\(all.count) pushes were acknowledged"]
        let others = history.deliveries.filter { $0.provider != "sweep" }.count
        if others != CrashScript.pushCount {
            problems.append("\(others) deliveries for \(CrashScript.pushCount) pushes")
        }
        for push in all {
            guard let delivery = byID[push.delivery] else {
                problems.append("the delivery \(push.delivery) is lost")
                continue
            }
            let reason = delivery.reason ?? ""
            let missing = push.changed.filter { history.releases[$0]?.contains(push.commit) != true }
            if !missing.isEmpty, !reason.contains("has moved on to"), !reason.contains("was processed already") {
                problems.append("\(push.commit) of \(missing) is not released: \(delivery)")
            }
        }
        return problems
    }

    /// What runs is the newest of each service, with the secret of the beginning.
    private func versions(of repository: CrashRepository, _ history: CrashHistory) async throws -> [String] {
        var problems: [String] = []
        for service in repository.services {
            guard let deployed = history.instances.first(where: { $0.application == service.name })?.version.deployed
            else { continue }
            if try await !repository.isSame(service, at: deployed, and: "HEAD") {
                problems.append("\(service.name) has \(deployed), which is not the newest")
            }
            let expected = "\(repository.contents[service.name]?.last ?? 0)"
            let answer = try await run.answer(of: service, "/")
            if answer != expected { problems.append("\(service.name) answers \(answer) instead of \(expected)") }
            let secret = try await run.answer(of: service, "/key")
            if secret != run.secrets[service.name] { problems.append("\(service.name) has another secret") }
        }
        return problems
    }

    /// Once for each version that was deployed, and never twice.
    private func beforeDeploys(_ history: CrashHistory) -> [String] {
        services.filter(\.hasBeforeDeploy).flatMap { service -> [String] in
            let ran = readFile("\(run.ran)-\(service.name)").split(separator: "\n")
            let deployed = history.events.count { $0.type == "version.deployed" && $0.application == service.name }
            return Set(ran).count == ran.count && ran.count >= deployed
                ? [] : ["beforeDeploy of \(service.name) was run for \(ran); \(deployed) were deployed"]
        }
    }
}
