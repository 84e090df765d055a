import Client
import Core
import Glibc
import HTTPClient
import System
import TestSupport
import Testing

/// The program as the first process of a container such as deploy/kubernetes makes.
@Suite(
    .serialized,
    .enabled(if: Container.isAllowed, "SKIPPED: containers need root and bubblewrap (apt-get install bubblewrap)"))
struct ContainerTests {
    /// As a ConfigMap is mounted: what it holds is another folder each time, which a link names.
    private func declare(_ environments: [String], _ number: Int, in folder: ServerFolder) throws {
        let text = """
            world: here
            trusted: true
            capabilities: { deploy:process: {} }
            targets: [{ environment: here }]
            ---
            environmentSet: default
            environments: \(environments)

            """
        try folder.write(text, to: "worlds/..\(number)/places.yaml")
        symlink("..\(number)", "\(folder.worlds)/..next")
        rename("\(folder.worlds)/..next", "\(folder.worlds)/..data")
        symlink("..data/places.yaml", "\(folder.worlds)/places.yaml")
    }

    @Test func servesAndDeploysInOne() async throws {
        let container = try Container()
        let folder = container.folder
        try declare(["here"], 1, in: folder)
        let server = try RunningServer(folder, program: Container.deployd, host: "0.0.0.0")
        do {
            try await server.start(behind: container.words)
            let first = try #require(container.firstProcess(of: server))
            #expect(try await server.http.send(.init("GET", "\(server.url)/readyz")).text == "ready\n")
            #expect(server.log == "", "nothing to warn of")
            try looksAsItShould(first, folder)

            let project = try await Project(server, target: "here")
            var files = TestService(version: "one").files
            // It loses its parent.
            files["build.py"] = "import subprocess\nsubprocess.Popen(['sleep', '0.1'])\n"
            let version = try await project.repository.push(files)
            try await own("\(folder.path)/git", server)
            try await project.announce(version)
            try await project.runs(version)
            #expect(try await project.answer() == "one")
            try await server.expect("no zombies") { try container.zombies(of: first).isEmpty }

            try declare(["here", "there"], 2, in: folder)
            try await server.expect("the world file to be read again") {
                try await server.api.environments().items.map(\.name).contains("there")
            }
            kill(first, SIGTERM)
            #expect(await eventually { access("/proc/\(first)", F_OK) != 0 } && server.log.contains("stopping"))
            // Another pod on the same volume starts what ended with the former.
            try await server.start(behind: container.words)
            try await server.expect("the service to run again") { (try? await project.answer()) == "one" }
        } catch {
            await server.close()
            throw error
        }
        await server.close()
    }

    private func looksAsItShould(_ first: Int32, _ folder: ServerFolder) throws {
        let status = readFile("/proc/\(first)/status").split(separator: "\n").map {
            $0.split(separator: "\t").map(String.init)
        }
        let facts = Dictionary(status.map { ($0[0], Array($0.dropFirst())) }) { first, _ in first }
        let user = String(repeating: "\(Container.user) ", count: 4).split(separator: " ").map(String.init)
        #expect(facts["Uid:"] == user && facts["NSpid:"]?.last == "1" && facts["CapEff:"] == ["0000000000000000"])
        let mounts = readFile("/proc/\(first)/mountinfo").split(separator: "\n").map { $0.split(separator: " ") }
        let root = mounts.first { $0.count > 5 && $0[4] == "/" }
        #expect(root?[5].hasPrefix("ro") == true, "\(mounts)")
        let modes = ["", "/master.key", "/admin.token", "/deployd.db"].map { name in
            var status = stat()
            stat("\(folder.data)\(name)", &status)
            return String(status.st_mode & 0o777, radix: 8)
        }
        #expect(modes == ["700", "600", "600", "600"])
    }

    private func own(_ path: String, _ server: RunningServer) async throws {
        let user = "\(Container.user):\(Container.user)"
        let result = try await server.runner.run(
            Command("chown", ["-R", user, path], environment: server.environment), deadline: .seconds(60),
            outputLimit: 1024)
        #expect(result.succeeded, "\(result.errorText)")
    }
}
