import Client
import Core
import System
import TestSupport

/// What is on the machine because of a server, compared with what should be.
struct CrashPlaces {
    let server: RunningServer
    let services: [SmallService]
    let history: CrashHistory

    private static let runsKept = 3
    private static let artifactsKept = 5

    func problems() async throws -> [String] {
        var problems: [String] = []
        _ = await eventually(within: .seconds(30)) {
            problems = processes
            return problems.isEmpty
        }
        return problems + artifacts + runs + others + (try await ports()) + (try await integrity())
    }

    // MARK: processes

    /// One server; for each replica a supervisor and its service; HAProxy, its worker and its supervisor. Nothing else.
    private var processes: [String] {
        let all = server.processes.all
        var left = all
        var problems: [String] = []
        func take(_ count: Int, _ what: String, _ isMeant: (ProcessList.Entry) -> Bool) {
            let meant = left.filter(isMeant)
            if meant.count != count { problems.append("\(meant.count) instead of \(count): \(what)") }
            left.removeAll(where: isMeant)
        }
        take(1, "servers") { $0.words.dropFirst().first == "serve" }
        // The loads, whose results are below the directory, have ended by now.
        for service in services {
            let runs = "\(server.folder.data)/runs/\(service.name)/local/"
            take(service.replicas, "supervisors of \(service.name)") { entry in
                entry.words.dropFirst().first == "supervise" && entry.words.contains { $0.hasPrefix(runs) }
            }
            let artifacts = "\(server.folder.data)/artifacts/\(service.name)/"
            take(service.replicas, "processes of \(service.name)") { $0.workingDirectory.hasPrefix(artifacts) }
        }
        take(1, "supervisors of HAProxy") { $0.words.dropFirst().first == "supervise" }
        take(2, "processes of HAProxy") { $0.words.first?.hasSuffix("haproxy") == true }
        return problems + left.map { "not to be there: \($0.words) in \($0.workingDirectory)" }
    }

    // MARK: directories

    private func names(_ path: String) -> [String] {
        ((try? Files.entries(of: "\(server.folder.data)/\(path)")) ?? []).map(\.name)
    }

    private func compare(_ path: String, _ expected: some Sequence<String>) -> [String] {
        let found = Set(names(path))
        let wanted = Set(expected)
        return found == wanted
            ? []
            : ["\(path): too many \(found.subtracting(wanted).sorted()), missing \(wanted.subtracting(found).sorted())"]
    }

    private var artifacts: [String] {
        compare("artifacts", services.map(\.name))
            + services.flatMap { service -> [String] in
                let root = "artifacts/\(service.name)"
                let keys = names(root)
                let used = Set(
                    names("runs/\(service.name)/local").map {
                        readFile("\(server.folder.data)/runs/\(service.name)/local/\($0)/artifact")
                    })
                let kept = keys.filter { !used.contains($0) }
                let broken = keys.filter { Set(names("\(root)/\($0)")) != ["source", ".built"] }
                return (kept.count > CrashPlaces.artifactsKept ? ["\(kept.count) unused in \(root)"] : [])
                    + broken.map { "\(root)/\($0) holds \(names("\(root)/\($0)").sorted())" }
                    + used.subtracting(keys).map { "\(root)/\($0) is used, and gone" }
            }
    }

    private var runs: [String] {
        compare("runs", services.map(\.name))
            + services.flatMap { service -> [String] in
                let root = "runs/\(service.name)/local"
                let own = Set(history.deployments.filter { $0.application == service.name }.map(\.id))
                let found = names(root)
                let deployments = Set(found.map { String($0.prefix { $0 != "-" && $0 != "." }) })
                let unknown = deployments.subtracting(own)
                return compare("runs/\(service.name)", ["local"])
                    + (deployments.count > CrashPlaces.runsKept + 1 ? ["\(root): \(found.sorted())"] : [])
                    + unknown.map { "\(root)/\($0) is of no deployment" }
            }
    }

    private var others: [String] {
        let directories = history.resources.filter { ["sqlite", "directory"].contains($0.slug) }.map(\.id)
        let repositories = names("sources/repositories")
        let unfinished =
            (["haproxy"] + repositories.flatMap { ["sources/repositories/\($0)", "sources/repositories/\($0)/info"] })
            .flatMap { place in
                names(place).filter { $0.hasSuffix(".tmp") || $0.hasSuffix(".lock") }.map { "\(place)/\($0)" }
            }
        return unfinished + compare("resources", directories) + compare("spool", [])
            + (repositories.count == 3 ? [] : ["sources/repositories: \(repositories)"])
            + logs
    }

    /// Each is of a deployment, and each deployment that had steps has one.
    private var logs: [String] {
        let found = Set(names("logs/deployments"))
        let unknown = found.subtracting(history.deployments.map { "\($0.id).log" })
        let missing = history.deployments.filter { !$0.steps.isEmpty }.map { "\($0.id).log" }.filter {
            !found.contains($0)
        }
        return unknown.isEmpty && missing.isEmpty ? [] : ["logs/deployments: too many \(unknown), missing \(missing)"]
    }

    // MARK: the database

    /// Two for each port of each replica, one for each entrypoint, and those that are required.
    private func ports() async throws -> [String] {
        let expected = services.flatMap { service in
            ["entrypoint/web"] + service.requires.filter { $0.value == "port" }.map { "resource/\($0.key)" }
                + (1...service.replicas).flatMap { replica in
                    ["a", "b"].map { "service/http/\($0)\(replica == 1 ? "" : "/\(replica)")" }
                }
        }.sorted()
        let reserved = try await server.query("SELECT purpose FROM ports ORDER BY purpose")
        return reserved == expected ? [] : ["reserved ports: \(reserved) instead of \(expected)"]
    }

    private func integrity() async throws -> [String] {
        let verdict = try await server.query("PRAGMA integrity_check")
        return verdict == ["ok"] ? [] : verdict
    }
}
