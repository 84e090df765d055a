import Client
import Core
import Glibc
import System
import TestSupport
import Testing

/// `beforeDeploy` of the built program: once, whatever happens to the server meanwhile.
@Suite(.serialized) struct BeforeDeployTests {
    /// Notes its begin and end in a ledger; in between it waits while a gate is there.
    private static let command = """
        import os, sys, time

        version, ledger = open("VERSION").read(), os.environ["LEDGER"]
        def note(what):
            with open(ledger, "a") as file: file.write(version + " " + what + "\\n")
        note("begins")
        print("migrating to", version, "with", os.environ["PORT"].isdigit(), flush=True)
        while os.path.exists(ledger + ".gate"): time.sleep(0.01)
        if os.path.exists("before-fails"):
            print("cannot alter the table", file=sys.stderr, flush=True)
            sys.exit(5)
        note("ends")
        print("migrated to", version, flush=True)
        """

    private func service(_ version: String, _ server: RunningServer) -> TestService {
        var service = TestService(version: version)
        service.beforeDeploy = Self.command
        service.more = "env: { LEDGER: \(ledger(server)) }"
        return service
    }

    private func ledger(_ server: RunningServer) -> String { "\(server.folder.path)/ledger" }
    private func notes(_ server: RunningServer) -> [String] {
        readFile(ledger(server)).split(separator: "\n").map(String.init)
    }

    private func close(_ server: RunningServer) throws { try writeFile("", to: ledger(server) + ".gate") }
    private func open(_ server: RunningServer) { unlink(ledger(server) + ".gate") }

    /// It goes on while the server is dead, and ends then or after the next one has found it.
    @Test(arguments: [true, false]) func theServerIsKilledMeanwhile(endsMeanwhile: Bool) async throws {
        try await withServer { server in
            let project = try await Project(server)
            let first = try await project.deploy(service("one", server))
            try close(server)
            let second = try await project.push(service("two", server))
            try await server.expect("the command to run") { notes(server).last == "two begins" }
            #expect(try await project.answer() == "one")
            // Who dies between handing a line on and noting that hands it on again.
            let id = try await project.deployments().first { $0.version == second }?.id ?? ""
            let followed = "\(server.folder.data)/runs/hello/local/\(id)-before/followed"
            try await server.expect("what it prints to be handed on") { !readFile(followed).isEmpty }
            try await server.kill()
            if endsMeanwhile {
                open(server)
                try await server.expect("the command to end") { notes(server).last == "two ends" }
            }
            try await server.start()
            open(server)
            try await project.runs(second)
            try await server.expect("the second version to answer") { try await project.answer() == "two" }
            let once = ["one begins", "one ends", "two begins", "two ends"]
            #expect(notes(server) == once)
            let deployment = try await project.ended(second)
            #expect(deployment.steps.map { "\($0.kind) \($0.status)" }.contains("beforeDeploy succeeded"))
            let log = String(decoding: try await server.api.deploymentLog(deployment.id), as: UTF8.self)
            for line in ["migrating to two with True", "migrated to two"] {
                #expect(log.split(separator: "\n").filter { $0.hasSuffix(line) }.count == 1, "\(log)")
            }
            // Neither back nor forth, nor again.
            let back = try await server.command("rollback", "hello", "--environment", "local")
            #expect(back.status == .exited(0), "\(back.errorText)")
            try await project.runs(first)
            let plan = try await server.command("plan", "hello", "--environment", "local", "--version", second)
            #expect(plan.text.contains("none  beforeDeploy python3: ran for version \(second) already"), "\(plan.text)")
            _ = try await server.command("set-version", "hello", "--environment", "local", "--version", second)
            try await project.runs(second)
            #expect(notes(server) == once)
        }
    }

    @Test func aFailureFailsTheDeploymentAndIsRunAgainWhenSomebodySaysSo() async throws {
        try await withServer { server in
            let project = try await Project(server)
            try await project.deploy(service("one", server))
            var files = service("two", server).files
            files["before-fails"] = ""
            let second = try await project.repository.push(files)
            try await project.announce(second)
            let failed = try await project.ended(second)
            #expect(failed.status == .failed)
            #expect(
                failed.reason
                    == """
                    beforeDeploy: exited with status 5
                    migrating to two with True
                    cannot alter the table
                    """)
            #expect(try await project.answer() == "one" && server.processes.services.count == 1)
            let again = try await server.command("apply", "hello", "--environment", "local")
            #expect(again.status == .exited(1))
            #expect(notes(server) == ["one begins", "one ends", "two begins", "two begins"])
        }
    }

    /// A newer version waits for its end and takes over then; the two are never at work at once.
    @Test func aNewerVersionDoesNotCutItShort() async throws {
        try await withServer { server in
            let project = try await Project(server)
            try close(server)
            let first = try await project.push(service("one", server))
            try await server.expect("the command to run") { notes(server) == ["one begins"] }
            let second = try await project.push(service("two", server))
            try await server.expect("the second version to be wanted") {
                try await project.instance()?.version.desired == second
            }
            open(server)
            try await project.runs(second)
            #expect(notes(server) == ["one begins", "one ends", "two begins", "two ends"])
            #expect(try await project.ended(first).status == .superseded)
            #expect(try await project.events().deployedVersions == [second])
        }
    }
}
