import Client
import Core
import HTTPClient
import Model

/// Looks at a server from outside.
struct ServerDoctor {
    private let context: CommandContext
    private let server: String
    private let session = HTTPClientSession()

    init(context: CommandContext) throws {
        self.context = context
        server = try context.serverAddress()
    }

    func findings() async throws -> [Finding] {
        var findings: [Finding] = []
        for path in ["/healthz", "/readyz"] {
            let check = FindingCheck(.server, String(path.dropFirst()))
            do { findings.append(verdict(path, try await answer(path).text, check)) } catch {
                let message = DeploydError.wrapping(error, "it cannot be asked").message
                return findings + [
                    check.problem(message, do: "see its log; start it with `deployd serve` when it does not run")
                ]
            }
        }
        if let version = try? await version() { findings.append(version) }
        let check = FindingCheck(.worlds, "capabilities")
        guard let client = try? context.client() else {
            return findings + [
                check.skipped(
                    "no token here for \(server), so worlds and instances are not looked at",
                    do: "`deployd login --server \(server)`, or DEPLOYD_TOKEN")
            ]
        }
        do { return findings + (try await look(with: client, check)) } catch {
            // The server can work; who asks is another question.
            return findings + [
                check.skipped("not looked at worlds and instances: \(DeploydError.wrapping(error, "error"))")
            ]
        }
    }

    private func answer(_ path: String) async throws -> HTTPClientResponse {
        let response: HTTPClientResponse
        do {
            response = try await session.send(HTTPClientRequest("GET", server + path, timeout: .seconds(5)))
        } catch {
            throw DeploydError(
                .unavailable, "\(server)\(path) does not answer; is the server running?", cause: error)
        }
        guard response.status == 200 else {
            throw DeploydError(
                .unavailable, "\(server)\(path) answered \(response.status): \(response.text.prefix(500))")
        }
        return response
    }

    private func verdict(_ path: String, _ text: String, _ check: FindingCheck) -> Finding {
        guard text.hasPrefix("degraded") else { return check.ok("\(path): ok") }
        let lines = text.split(separator: "\n").prefix(21).map { String($0.prefix(500)) }
        return check.warning(
            "\(path): \(lines.joined(separator: " "))",
            do: "`deployd get worlds` says what is wrong; mend it in the files")
    }

    /// The server says its version among its metrics.
    private func version() async throws -> Finding? {
        let metrics = try await answer("/metrics").text
        guard let line = metrics.split(separator: "\n").first(where: { $0.hasPrefix("deployd_build_info{") }) else {
            return nil
        }
        let version = line.split(separator: "\"").dropFirst().first.map(String.init) ?? ""
        let check = FindingCheck(.server, "version")
        guard version != ProgramVersion.text else { return check.ok("version: \(version)") }
        return check.warning(
            "version: \(version); this command line is \(ProgramVersion.text)", do: "use the same on both sides")
    }

    private func look(with client: APIClient, _ check: FindingCheck) async throws -> [Finding] {
        let worlds = try await allPages { cursor in
            let list = try await client.worlds(after: cursor, limit: 500)
            return Wire.Page(items: list.items, next: list.next)
        }
        let capabilities = worlds.flatMap { world -> [Finding] in
            let problems = world.capabilities.sorted { $0.key < $1.key }.filter { $0.value.health != .healthy }
            if problems.isEmpty { return [check.ok("world \(world.name): ok")] }
            return problems.map { name, capability in
                check.warning(
                    "world \(world.name): \(name): \(capability.reason ?? "does not work")",
                    do: "what needs it is refused or waits until it works")
            }
        }
        let lost = FindingCheck(.instances, "resources")
        let missing = try await allPages { try await client.resources(status: .missing, after: $0, limit: 500) }.map {
            lost.warning("resource \($0.advice)", do: "`deployd get resources` lists them")
        }
        return capabilities + missing
            + instances(try await allPages { try await client.instances(after: $0, limit: 500) })
    }

    private func instances(_ all: [Wire.Instance]) -> [Finding] {
        let check = FindingCheck(.instances, "health")
        let unwell = all.filter(\.isUnwell).map { instance in
            let failed = instance.failedDeployment.map { "; the last deployment failed: `deployd logs \($0)`" } ?? ""
            return check.warning(
                "\(instance.application) on \(instance.target): \(instance.healthText)\(failed)",
                do: "`deployd status \(instance.application)` and `deployd logs \(instance.application)` say more")
        }
        return unwell + [check.ok(DoctorCount(all).text)]
    }
}
