import Client
import Core
import Glibc
import HTTPClient
import System
import TestSupport
import Testing

/// A restored backup without what services keep: nothing is begun with nothing where there was something.
@Suite(.serialized) struct LostResourceTests {
    /// Notes in its own directory that it ran.
    private static let before = """
        import os
        with open(os.environ["DATA"] + "/ledger", "a") as file: file.write("ran\\n")
        """

    private static var service: TestService {
        var service = TestService(version: "one")
        service.beforeDeploy = before
        service.more = "requires: { data: directory }\nenv: { DATA: \"${requires.data.path}\" }"
        return service
    }

    @Test func aRestoreWithoutFilesSaysSoAndWaits() async throws {
        let kept = TemporaryDirectory("deployd-lost")
        try await withServer({ try $0.copyRepositories() }) { server in
            for (path, text) in Self.service.files { try server.folder.write(text, to: "tree/\(path)") }
            let push = try await server.command("push", "\(server.folder.path)/tree")
            #expect(push.succeeded, "\(push.errorText)")
            let resource = try #require(try await server.api.resources(application: "hello").items.first)
            let data = "\(server.folder.data)/resources/\(resource.id)"
            #expect(readFile("\(data)/ledger") == "ran\n")
            #expect(try await server.command("backup", kept.appending("backup.tar")).succeeded)
            let (key, token) = (
                try Files.read("\(server.folder.data)/master.key", limit: 1024),
                readFile("\(server.folder.data)/admin.token")
            )
            #expect(await server.terminate() == .exited(0))
            #expect(await server.processes.endAll() == [])
            // What a careful operator has beside the backup.
            #expect(rename("\(server.folder.data)/resources", kept.appending("resources")) == 0)
            try Files.removeTree(server.folder.data)
            try await Self.unpack(kept.appending("backup.tar"), server)
            try Files.write(key, to: "\(server.folder.data)/master.key")
            try Files.write(Array(token.utf8), to: "\(server.folder.data)/admin.token")
            try await server.start()

            try await Self.isMissing(server, data)
            let refused = try await server.command("apply", "hello", "--environment", "local")
            #expect(refused.status == .exited(1))
            #expect(refused.errorText.contains("requires.data: its directory is gone (\(data) is not there)"))
            #expect(access(data, F_OK) != 0)

            // Put back, it runs again by itself, with what it had.
            #expect(rename(kept.appending("resources/\(resource.id)"), data) == 0)
            try await Self.runs(server)
            #expect(readFile("\(data)/ledger") == "ran\n")

            // Lost for good: made anew when somebody says so, and then what runs before a version does again.
            #expect(try await server.command("stop", "hello").succeeded)
            try Files.removeTree(data)
            #expect(try await server.command("start", "hello").text.contains("it is missing"))
            try await Self.isMissing(server, data)
            let recreate = try await server.command("resource", "recreate", resource.id)
            #expect(
                recreate.text == "data (directory) of hello on local is made anew by the next deployment: "
                    + "`deployd apply hello --environment local`\n")
            let apply = try await server.command("apply", "hello", "--environment", "local")
            #expect(apply.succeeded, "\(apply.errorText)")
            try await Self.runs(server)
            #expect(readFile("\(data)/ledger") == "ran\n")
            #expect(try await server.api.resource(resource.id).status == .ready)
            let events = try await server.api.events(limit: 500).items.map(\.type).filter {
                ["resource.missing", "resource.recreated"].contains($0)
            }
            #expect(events.filter { $0 == "resource.recreated" }.count == 1 && events.contains("resource.missing"))
        }
    }

    private static func isMissing(_ server: RunningServer, _ data: String) async throws {
        try await server.expect("the resource to be found missing") {
            let reasons = try await server.api.resources(status: .missing).items.map(\.reason)
            let health = try await server.api.instance("hello", target: "local").health
            return reasons == ["\(data) is not there"] && health == .missing
        }
        for command in [["doctor"], ["status", "hello"]] {
            let said = try await server.command(command)
            #expect(
                said.succeeded && said.text.contains("resource data (directory) of hello on local is missing: \(data)"),
                "\(said.text)")
        }
    }

    private static func runs(_ server: RunningServer) async throws {
        try await server.expect("the service to run again") {
            let instance = try await server.api.instance("hello", target: "local")
            guard instance.health == .healthy, let url = instance.entrypoints["web"]?.url else { return false }
            return (try? await server.http.send(.init("GET", url)).text) == "one"
        }
    }

    private static func unpack(_ file: String, _ server: RunningServer) async throws {
        try Files.makeDirectory(server.folder.data)
        let result = try await server.runner.run(
            Command("tar", ["-xf", file, "-C", server.folder.data], environment: server.environment),
            deadline: .seconds(60), outputLimit: 1 << 16)
        #expect(result.succeeded, "\(result.errorText)")
    }
}
