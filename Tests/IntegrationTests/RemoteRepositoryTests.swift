import Client
import Core
import Glibc
import HTTPClient
import System
import TestSupport
import Testing

/// Resource repositories that world files name by git URL.
@Suite(.serialized) struct RemoteRepositoryTests {
    private static func world(_ url: String, ref: String = "v1", more: String = "") -> String {
        """
        world: local
        trusted: true
        capabilities: { deploy:process: {}, local: {} }
        resourceRepositories:
          - { git: "\(url)", ref: \(ref) }
        \(more)
        """
    }

    private static let set = "environmentSet: default\nenvironments: [local]\n"

    private static func files(_ description: String = "A folder") -> [String: String] {
        [
            "repository.yaml": "repository: platform\ninherits: [precanned]\n",
            "scratch.yaml": "slug: scratch\ndescription: \(description)\nextends: directory\n",
            "README.md": "not read", "docs/more.yaml": "not: read",
        ]
    }

    /// A server with `precanned` in a folder and `platform` in git, at the tag `v1`.
    private func withPlatform(
        _ body: (RunningServer, GitRepository, _ commit: String) async throws -> Void
    ) async throws {
        let folder = try ServerFolder()
        let server = try RunningServer(folder)
        let git = try await GitRepository("platform", in: folder.path, runner: server.runner)
        let commit = try await git.push(Self.files())
        _ = try await git.tag("v1", annotated: true)
        try folder.copyRepositories()
        try folder.write(Self.world(git.url), to: "worlds/here.yaml")
        try folder.write(Self.set, to: "worlds/sets.yaml")
        try await withServer(server) { try await body(server, git, commit) }
    }

    private func platform(_ server: RunningServer) async throws -> Wire.ResourceRepository? {
        try await server.api.resourceRepositories().items.first { $0.name == "platform" }
    }

    @Test func aRepositoryIsReadFromGitAtItsCommit() async throws {
        try await withPlatform { server, git, commit in
            #expect(
                try await platform(server)
                    == Wire.ResourceRepository(
                        name: "platform", description: "", inherits: ["precanned"],
                        resolved: ["platform", "precanned"], slugs: ["scratch"], git: git.url, ref: "v1",
                        commit: commit))
            #expect(try await server.api.world("local").resourceRepositories == ["platform"])
            let project = try await Project(server)
            let service = TestService(version: "one", more: "requires: { files: scratch, data: sqlite }")
            try await project.deploy(service)
            let made = try await server.api.resources().items.map { "\($0.name) \($0.repository) \($0.commit ?? "-")" }
            #expect(made.sorted() == ["data precanned -", "files platform \(commit)"])

            // What is pushed there changes nothing until the files are read again; then it is only outdated.
            var changed = Self.files("Another folder")
            changed["scratch.yaml"]? += "outputs: { more: { value: \"${outputs.path}/more\" } }\n"
            let second = try await git.push(changed)
            _ = try await git.tag("v1", force: true)
            #expect(try await project.instance()?.outdated == false)
            server.signal(SIGHUP)
            try await server.expect("the new commit") { try await platform(server)?.commit == second }
            try await server.expect("the instance to be outdated") { try await project.instance()?.outdated == true }
            #expect(try await project.deployments().count == 1)
            #expect(try await server.command("apply", "hello", "--environment", "local").succeeded)
            let now = try await server.api.resources().items.first { $0.name == "files" }
            #expect(now?.commit == second)
        }
    }

    /// All or nothing: what cannot be fetched, or is wrong, keeps the old, and says where.
    @Test func whatCannotBeFetchedKeepsTheOld() async throws {
        try await withPlatform { server, git, commit in
            let more = "parameters: { zone: a }"
            for (ref, message) in [
                ("v2", "has no tag or branch 'v2'; did you mean 'v1'?"), ("main", "unknown key; did you mean 'slug'?"),
            ] {
                _ = try await git.push(Self.files().merging(["scratch.yaml": "slgu: x\n"]) { $1 })
                try server.folder.write(Self.world(git.url, ref: ref, more: more), to: "worlds/here.yaml")
                try await server.expect("the error to be logged") { server.log.contains(message) }
                let reload = try #require(try await server.api.worlds().reload)
                #expect(reload.status == .failed && reload.errors.contains { $0.message.contains(message) })
                #expect(try await platform(server)?.commit == commit)
                #expect(try await server.api.world("local").parameters.isEmpty)
            }
            #expect(server.log.contains("worlds/here.yaml:5:5: resourceRepositories[0]: \(git.url) has no tag"))
            #expect(server.log.contains("\(git.url)@main/scratch.yaml:1:1: slgu: unknown key"))
        }
    }

    /// A server that starts while the repository's is down goes on with what was in force, says so, and finds back.
    @Test func aStartWithoutTheRemoteTakesTheLastCommit() async throws {
        try await withPlatform { server, git, commit in
            #expect(await server.terminate() == .exited(0))
            let bare = String(git.url.dropFirst("file://".count))
            rename(bare, "\(bare).away")
            try await server.start()
            let found = try #require(try await platform(server))
            #expect(found.commit == commit && found.reason?.contains("cannot list the refs of") == true)
            let ready = try await server.http.send(.init("GET", "\(server.url)/readyz", timeout: .seconds(60)))
            #expect(ready.status == 200 && ready.text.contains("degraded") && ready.text.contains("here.yaml:5:5"))
            rename("\(bare).away", bare)
            server.signal(SIGHUP)
            try await server.expect("it to be read again") { try await platform(server)?.reason == nil }
            let again = try await server.http.send(.init("GET", "\(server.url)/readyz", timeout: .seconds(60)))
            #expect(again.text == "ready\n")

            // Nor does what somebody pushes keep a server from starting.
            _ = try await git.push(["repository.yaml": "repository: platform\n", "x.yaml": "slgu: x\n"])
            _ = try await git.tag("v1", force: true)
            #expect(await server.terminate() == .exited(0))
            try await server.start()
            let old = try #require(try await platform(server))
            #expect(old.commit == commit && old.reason?.contains("what it names now has errors: ") == true)
        }
    }

    @Test func repositoriesOfOneNameAreRefused() async throws {
        try await withPlatform { server, git, _ in
            try server.folder.write("repository: platform\n", to: "resource-repos/platform/repository.yaml")
            let message = "\(git.url)@v1 is the resource repository 'platform', and so is the folder of that name"
            try await server.expect("the error to be logged") { server.log.contains(message) }
            let offline = try await server.command("validate")
            #expect(offline.succeeded, "\(offline.text)")
        }
    }
}
