import Client
import Core
import HTTPClient

extension CommandEntry {
    static let doctor = CommandEntry(
        CommandSpec(
            "doctor", summary: "Checks that the server can work, and names what does not",
            options: [OptionSpec.server, OptionSpec.token],
            discussion: """
                Exit status 0 when /healthz and /readyz answer 200; that needs no token. So they do while the server works with
                the worlds of before because the new ones have errors, which is said. With a token it also names worlds whose
                capabilities do not work, resources that are missing, and instances that are not well.
                """)
    ) { context in
        try await Doctor(context: context, server: try context.serverAddress()).run()
    }
}

/// Looks at a server from outside.
private struct Doctor {
    let context: CommandContext
    let server: String
    private let session = HTTPClientSession()

    func run() async throws {
        for path in ["/healthz", "/readyz"] {
            let text = try await answer(path).text
            let lines = text.split(separator: "\n").map { String($0.prefix(500)).printable }
            context.console.line("\(path): \(text.hasPrefix("degraded") ? lines.joined(separator: "\n  ") : "ok")")
        }
        try await compareVersions()
        guard let client = try? context.client() else {
            return context.console.line("no token here for \(server), so worlds and instances are not looked at")
        }
        do { try await look(with: client) } catch {
            // The server can work; who asks is another question.
            context.console.line(
                "not looked at worlds and instances: \(DeploydError.wrapping(error, "error"))".printable)
        }
    }

    private func answer(_ path: String) async throws -> HTTPClientResponse {
        let response: HTTPClientResponse
        do {
            response = try await session.send(HTTPClientRequest("GET", server + path, timeout: .seconds(5)))
        } catch {
            throw DeploydError(
                .unavailable,
                "\(server)\(path) does not answer; is the server running? start it with `deployd serve`", cause: error)
        }
        guard response.status == 200 else {
            throw DeploydError(
                .unavailable, "\(server)\(path) answered \(response.status): \(response.text.prefix(500))".printable)
        }
        return response
    }

    /// The server says its version among its metrics.
    private func compareVersions() async throws {
        guard let metrics = try? await answer("/metrics").text,
            let line = metrics.split(separator: "\n").first(where: { $0.hasPrefix("deployd_build_info{") })
        else { return }
        let version = line.split(separator: "\"").dropFirst().first.map(String.init) ?? ""
        let isSame = version == ProgramVersion.text
        context.console.line(
            "version: \(version)\(isSame ? "" : "; this command line is \(ProgramVersion.text)")".printable)
    }

    private func look(with client: APIClient) async throws {
        let worlds = try await allPages { cursor in
            let list = try await client.worlds(after: cursor, limit: 500)
            return Wire.Page(items: list.items, next: list.next)
        }
        for world in worlds {
            let problems = world.capabilities.sorted { $0.key < $1.key }.filter { $0.value.health != .healthy }
            if problems.isEmpty { context.console.line("world \(world.name): ok".printable) }
            for (name, capability) in problems {
                context.console.line("world \(world.name): \(name): \(capability.reason ?? "does not work")".printable)
            }
        }
        let missing = try await allPages { try await client.resources(status: .missing, after: $0, limit: 500) }
        for resource in missing { context.console.line("resource \(resource.advice)".printable) }
        let instances = try await allPages { try await client.instances(after: $0, limit: 500) }
        for instance in instances where instance.isUnwell {
            let failed = instance.failedDeployment.map { "; the last deployment failed: `deployd logs \($0)`" } ?? ""
            context.console.line(
                "\(instance.application) on \(instance.target): \(instance.healthText)\(failed)".printable)
        }
        context.console.line(DoctorCount(instances).text)
    }
}
