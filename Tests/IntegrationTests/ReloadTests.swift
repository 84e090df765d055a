import Client
import Core
import Glibc
import System
import Testing

@Suite(.serialized) struct ReloadTests {
    private static func world(_ name: String) -> String {
        "world: \(name)\ncapabilities: { deploy:process: {} }\ntrusted: true\n"
    }

    private static func worlds(of server: RunningServer) async throws -> [String] {
        try await server.api.worlds().items.map(\.name).sorted()
    }

    @Test func worldsAreReadAgainAndErrorsKeepTheOldOnes() async throws {
        try await withServer({ try $0.write(Self.world("here"), to: "worlds/here.yaml") }) { server in
            #expect(try await Self.worlds(of: server) == ["here"])
            // By a signal.
            try server.folder.write(Self.world("there"), to: "worlds/there.yaml")
            server.signal(SIGHUP)
            try await server.expect("the new world") { try await Self.worlds(of: server) == ["here", "there"] }
            // By itself, when a file changes.
            try server.folder.write("world: there\ncapabilites: {}\n", to: "worlds/there.yaml")
            try await server.expect("the error to be logged") {
                server.log.contains("there.yaml:2:1: capabilites: unknown key; did you mean 'capabilities'?")
            }
            server.signal(SIGHUP)
            #expect(try await Self.worlds(of: server) == ["here", "there"])
            // A folder that goes is a mistake, or on its way: nothing is taken for gone.
            let aside = "\(server.folder.worlds)-aside"
            #expect(rename(server.folder.worlds, aside) == 0)
            try await server.expect("the missing folder to be logged") {
                server.log.contains("the folder \(server.folder.worlds) is gone; put it back")
            }
            #expect(try await Self.worlds(of: server) == ["here", "there"])
            #expect(rename(aside, server.folder.worlds) == 0)
            unlink("\(server.folder.worlds)/there.yaml")
            try await server.expect("the world to go") { try await Self.worlds(of: server) == ["here"] }
        }
    }

    /// What changed in a world acts when somebody says so; until then not even a restart takes it over.
    @Test func whatIsOutdatedIsAppliedWhenSomebodySaysSo() async throws {
        let set = "environmentSet: default\nenvironments: [here]\n"
        try await withServer({
            try $0.write(Self.world("here"), to: "worlds/here.yaml")
            try $0.write(set, to: "worlds/sets.yaml")
        }) { server in
            let project = try await Project(server, target: "here")
            let version = try await project.deploy(TestService(version: "one"))
            #expect(try await project.instance()?.outdated == false)
            let pid = try await project.servingPid()
            let (api, request) = (try server.api, Wire.PlanRequest(application: "hello", environment: "here"))
            let before = try await api.plan(request)
            try server.folder.write(Self.world("here") + "parameters: { region: eu }\n", to: "worlds/here.yaml")
            server.signal(SIGHUP)
            try await server.expect("the instance to be outdated") { try await project.instance()?.outdated == true }
            #expect(try await project.servingPid() == pid)
            #expect(try await server.command("restart", "hello").succeeded)
            #expect(try await project.instance()?.outdated == true)

            let load = try await project.load()
            let stale = try await server.command("apply", "hello", "--environment", "here", "--plan", before.digest)
            #expect(!stale.succeeded && stale.errorText.contains("the plan is another by now"))
            let plan = try await server.command("plan", "hello", "--environment", "here")
            let digest = plan.text.split(separator: " ").last.map { $0.dropLast() } ?? ""
            let applied = try await server.command(
                "apply", "hello", "--environment", "here", "--plan", String(digest))
            #expect(applied.succeeded, "\(plan.text)\(applied.errorText)")
            let outcome = try await load.stop()
            #expect(outcome.failed == 0 && outcome.total > 0, "\(outcome.reasons)")
            #expect(try await project.instance()?.outdated == false)
            #expect(try await project.events().deployedVersions == [version])
        }
    }

    /// What runs is not touched when its world goes; a new version is not deployed there.
    @Test func whatRunsInAWorldThatGoesIsDetached() async throws {
        let set = "environmentSet: default\nenvironments: [here]\n"
        try await withServer({
            try $0.write(Self.world("here"), to: "worlds/here.yaml")
            try $0.write(set, to: "worlds/sets.yaml")
        }) { server in
            let project = try await Project(server, target: "here")
            let version = try await project.deploy(TestService(version: "one"))
            try server.folder.write(Self.world("elsewhere"), to: "worlds/here.yaml")
            server.signal(SIGHUP)
            try await server.expect("the instance to be detached") { try await project.instance()?.detached == true }
            #expect(try await project.answer() == "one")
            #expect(try await project.instance()?.version.deployed == version)
        }
    }
}
