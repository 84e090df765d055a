import Client
import Core
import Glibc
import HTTPClient
import System
import Testing

/// Environments, targets and sets by the API, beside those of files.
@Suite(.serialized) struct PlacesTests {
    private static let set = "environmentSet: default\nenvironments: [qa]\n"
    private static let world = "world: local\ncapabilities: { deploy:process: {} }\ntrusted: true\n"

    /// - Returns: the status, and what the problem says.
    private func send(
        _ server: RunningServer, _ method: String, _ path: String, _ body: String = ""
    ) async throws -> (status: Int, detail: String) {
        var request = HTTPClientRequest(
            method, "\(server.url)/api/v1/\(path)", headers: [("Authorization", "Bearer \(server.token)")])
        if !body.isEmpty { request.body = .bytes(Array(body.utf8)) }
        let response = try await server.http.send(request)
        return (response.status, (try? JSONValue.parse(response.body))?["detail"]?.string ?? "")
    }

    @Test func whatTheAPIMakesIsAsGoodAsWhatFilesSay() async throws {
        try await withServer({
            try $0.write(Self.world, to: "worlds/here.yaml")
            try $0.write(Self.set, to: "worlds/sets.yaml")
        }) { server in
            #expect(
                try await send(
                    server, "POST", "environments", #"{"name":"qa","targets":[{"name":"qa-1","world":"local"}]}"#
                ).status == 201)
            let first = try await Project(server, target: "qa-1")
            let version = try await first.deploy(TestService(version: "one"))
            // A second target gets the application at once.
            #expect(
                try await send(server, "PUT", "environments/qa/targets/qa-2", #"{"world":"local"}"#).status == 201)
            let api = try server.api
            try await server.expect("the version on the second target") {
                try await api.application("hello").targets["qa-2"]?.version.deployed == version
            }
            let urls = try await api.application("hello").targets.values.compactMap { $0.entrypoints["web"]?.url }
            #expect(Set(urls).count == 2)

            // Files have their own, which the API leaves alone.
            let refused = try await send(server, "PUT", "environment-sets/default", #"{"environments":["qa"]}"#)
            #expect(refused.status == 409 && refused.detail.contains("worlds/sets.yaml:1"), "\(refused)")

            // Both: the old stays, and it is said everywhere.
            try server.folder.write(Self.set + "---\nenvironment: qa\n", to: "worlds/sets.yaml")
            server.signal(SIGHUP)
            try await server.expect("the conflict to be told") {
                try await api.worlds().reload?.errors.contains { $0.line == 4 && $0.message.contains("'qa'") } == true
            }
            let doctor = try await server.command("doctor")
            #expect(doctor.succeeded && doctor.text.contains("degraded") && doctor.text.contains("sets.yaml:4:1"))
            #expect(try await server.command("get", "worlds").errorText.contains("DELETE /api/v1/environments/qa"))

            // A start with the conflict goes with what the files say.
            try await server.kill()
            try await server.start()
            #expect(try await api.worlds().reload?.status == .failed)
            let origins = try await api.environment("qa")
            #expect(origins.origin?.kind == .file && origins.targets.map(\.name) == ["qa-1", "qa-2"])
            try server.folder.write(Self.set, to: "worlds/sets.yaml")
            try await server.expect("the conflict to be over") {
                try await api.worlds().reload?.status == .succeeded
            }

            // Everything is there after a restart, and nothing was deployed again.
            try await server.kill()
            try await server.start()
            #expect(try await api.environment("qa").origin?.kind == .api)
            try await first.runs(version)
            #expect(try await first.events().deployedVersions == [version, version])

            // What is taken away goes on.
            #expect(try await send(server, "DELETE", "environments/qa").status == 204)
            let left = try await api.application("hello").targets
            #expect(left.values.allSatisfy(\.detached) && left.count == 2)
            #expect(try await first.answer() == "one")
            #expect(try await server.command("status", "hello").text.contains("detached"))
            #expect(try await server.command("get", "instances").text.contains("detached"))
            #expect(
                try await send(server, "PUT", "applications/hello", #"{"description":"x"}"#).detail.contains(
                    "acme/hello"))
            #expect(try await send(server, "DELETE", "applications/hello").detail.contains("deployd destroy hello"))
        }
    }
}
