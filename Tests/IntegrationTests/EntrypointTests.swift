import Client
import Core
import Glibc
import HTTPClient
import System
import TestSupport
import Testing

/// Services that are reached by host names, through the addresses of their world.
@Suite(.serialized) struct EntrypointTests {
    private struct World {
        let http: Int
        let https: Int

        init() throws {
            http = try FreePort.find()
            https = try FreePort.find()
        }

        /// The built program's HTTP client takes every name below `localhost` for this machine.
        func text(_ entrypoints: String = "", gates: String = "{}") -> String {
            """
            world: here
            capabilities: { deploy:process: {} }
            trusted: true
            entrypoints: { domain: localhost, httpPort: \(http), httpsPort: \(https)\(entrypoints) }
            gates: \(gates)
            ---
            environmentSet: default
            environments: [here]

            """
        }
    }

    private func withWorld(
        _ world: World, _ entrypoints: String = "", gates: String = "{}",
        setUp: (ServerFolder) throws -> Void = { _ in },
        _ body: (RunningServer) async throws -> Void
    ) async throws {
        try await withServer(
            {
                try setUp($0)
                try $0.write(world.text(entrypoints, gates: gates), to: "worlds/here.yaml")
            }, body)
    }

    /// Status and body, over a connection of its own: one that was kept may be answered once as it was before.
    private func get(_ server: RunningServer, _ port: Int, host: String) async throws -> String {
        let answer = try await server.http.send(
            HTTPClientRequest(
                "GET", "http://127.0.0.1:\(port)/", headers: [("Host", host), ("Connection", "close")],
                timeout: .seconds(60)))
        return "\(answer.status) \(answer.text)"
    }

    @Test func aVersionTakesOverBehindAHostNameAndNobodyElseGetsIt() async throws {
        let world = try World()
        try await withWorld(world) { server in
            let project = try await Project(server, target: "here")
            try await project.deploy(TestService(version: "one"))
            #expect(try await project.entrypoint == "http://hello.localhost:\(world.http)")
            #expect(try await project.answer() == "one")
            #expect(try await server.command("status", "hello").text.contains("http://hello.localhost:\(world.http)"))
            let load = try Load(
                "http://127.0.0.1:\(world.http)/", host: "hello.localhost", rate: 200, in: server.folder.path)
            let second = try await project.push(TestService(version: "two"))
            try await project.runs(second)
            try await server.expect("the second version to answer") { try await project.answer() == "two" }
            let outcome = try await load.stop()
            #expect(outcome.failed == 0 && outcome.answers.keys.sorted() == ["one", "two"], "\(outcome)")

            let nothing = "404 nothing answers this host and path\n"
            #expect(try await get(server, world.http, host: "other.localhost") == nothing)
            #expect(try await get(server, world.http, host: "HELLO.localhost:1234") == "200 two")
            // Another application cannot have it.
            let other = try await Project(server, repository: "acme/other", application: "other", target: "here")
            let entrypoints = "entrypoints: { web: { port: http, host: hello.localhost } }"
            let version = try await other.push(TestService(version: "x", name: "other", more: entrypoints))
            let refused = try await other.ended(version)
            #expect(refused.status == .failed && refused.steps.isEmpty)
            let reason = "hello.localhost/ cannot be 'web' of other@here, since it is 'web' of hello@here already"
            #expect(refused.reason?.contains(reason) == true, "\(refused.reason ?? "")")
            let plan = try await server.command("plan", "other", "--environment", "here", "--version", version)
            #expect(plan.text.contains("refused: \(reason)"))
            #expect(try await project.answer() == "two")
            // A path of it it can.
            let below = "entrypoints: { web: { port: http, host: hello.localhost, path: /pid } }"
            try await other.deploy(TestService(version: "y", name: "other", more: below))
            #expect(try await other.entrypoint == "http://hello.localhost:\(world.http)/pid")
            let (mine, theirs) = (try await project.answer(), try await other.answer(""))
            #expect(mine == "two" && server.processes.services.contains { "\($0.pid)" == theirs })
        }
    }

    /// What a world's gates and domain say acts when somebody says so.
    @Test func gatesActWhenTheyAreApplied() async throws {
        let world = try World()
        try await withWorld(world, gates: "{ office: { allow: [10.0.0.0/8] } }") { server in
            let project = try await Project(server, target: "here")
            let gated = "entrypoints: { web: { port: http, gates: [office] } }"
            let wrong = try await project.push(
                TestService(version: "none", more: "entrypoints: { web: { port: http, gates: [offic] } }"))
            let refusal = "entrypoints.web.gates: the world 'here' has no gate 'offic'; did you mean 'office'?"
            #expect(try await project.ended(wrong).reason == refusal)
            try await project.deploy(TestService(version: "one", more: gated))
            #expect(try await get(server, world.http, host: "hello.localhost") == "403 not allowed from here\n")

            try server.folder.write(
                world.text(gates: "{ office: { allow: [10.0.0.0/8, 127.0.0.1] } }"), to: "worlds/here.yaml")
            server.signal(SIGHUP)
            try await server.expect("the instance to be outdated") { try await project.instance()?.outdated == true }
            #expect(try await get(server, world.http, host: "hello.localhost") == "403 not allowed from here\n")
            let gates = try await server.api.world("here").gates
            #expect(gates == ["office": ["10.0.0.0/8", "127.0.0.1/32"]])
            try await server.kill()
            try await server.start()
            #expect(try await get(server, world.http, host: "hello.localhost") == "403 not allowed from here\n")
            #expect(try await server.command("apply", "hello", "--environment", "here").succeeded)
            #expect(try await get(server, world.http, host: "hello.localhost") == "200 one")
            #expect(try await project.instance()?.outdated == false)
        }
    }

    @Test func certificatesAreTheWorldsAndActWhenTheyAreApplied() async throws {
        let world = try World()
        let tls = ", tls: { certificate: \"${file:tls.pem}\", key: \"${file:keys/tls.key}\" }"
        let folder = try ServerFolder()
        let (first, second) = (try await Certificate("first", in: folder), try await Certificate("second", in: folder))
        try await withWorld(world, tls, setUp: { try first.install(in: $0) }) { server in
            let project = try await Project(server, target: "here")
            try await project.deploy(TestService(version: "one"))
            let url = "https://hello.localhost:\(world.https)"
            #expect(try await project.entrypoint == url)
            func answers(to certificate: Certificate) async throws -> String {
                let result = try await server.runner.run(
                    Command(
                        "curl",
                        [
                            "-s", "-m", "30", "-L", "--cacert", certificate.chain,
                            "http://hello.localhost:\(world.http)/",
                        ],
                        environment: ["PATH": "/usr/bin:/bin"]), deadline: .seconds(60), outputLimit: 1 << 20)
                return result.succeeded ? result.text : "\(result.status)"
            }
            #expect(try await answers(to: first) == "one")
            #expect(
                try await server.api.world("here").entrypoints.certificate?.names == ["*.localhost", "hello.localhost"])

            // A renewed file is read, and acts when somebody says so.
            try second.install(in: server.folder)
            try await server.expect("the instance to be outdated") { try await project.instance()?.outdated == true }
            #expect(try await answers(to: first) == "one")
            #expect(try await server.command("apply", "hello", "--environment", "here").succeeded)
            #expect(try await answers(to: second) == "one")
            #expect(try await answers(to: first) != "one")

            let kept = "\(server.folder.data)/haproxy/certificates"
            #expect(try await find(server, ["\(kept)", "-type", "f", "-perm", "/077"]) == "")
            #expect(try await find(server, ["\(kept)", "-name", "*.pem"]).split(separator: "\n").count == 1)
            let key = readFile(second.key).split(separator: "\n")[1]
            let shown = [server.log, try await server.command("get", "worlds", "--output", "json").text]
            #expect(shown.allSatisfy { !$0.contains(key) && !$0.contains("PRIVATE KEY") })
            #expect(try await find(server, ["\(server.folder.data)/logs", "-type", "f"]) != "")
            let grep = try await server.runner.run(
                Command(
                    "grep", ["-rl", "--exclude-dir=certificates", "PRIVATE KEY", server.folder.data],
                    environment: ["PATH": "/usr/bin:/bin"]),
                deadline: .seconds(60), outputLimit: 1 << 20)
            #expect(grep.text == "")
        }
    }

    @Test func whatAWorldFileRefersToMustBeThere() async throws {
        let folder = try ServerFolder()
        let text = "world: here\nentrypoints:\n  tls:\n    certificate: ${file:none.pem}\n    key: ${env:NO_KEY}\n"
        try folder.write(text, to: "worlds/here.yaml")
        let server = try RunningServer(folder)
        let child = try server.launch()
        #expect(await child.wait() == .exited(1))
        #expect(server.log.contains("here.yaml:4:5: entrypoints.tls.certificate: "))
        #expect(server.log.contains("none.pem: No such file or directory"))
        #expect(
            server.log.contains(
                "here.yaml:5:5: entrypoints.tls.key: the server has no environment variable 'NO_KEY'"))
        // Offline nothing of it is looked at.
        #expect(try await server.command("validate", "worlds").succeeded)
    }

    private func find(_ server: RunningServer, _ arguments: [String]) async throws -> String {
        try await server.runner.run(
            Command("find", arguments, environment: ["PATH": "/usr/bin:/bin"]), deadline: .seconds(60),
            outputLimit: 1 << 20
        ).text
    }
}

/// A self-signed certificate that `openssl` made.
private struct Certificate {
    let chain: String
    let key: String

    private let folder: ServerFolder

    init(_ name: String, in folder: ServerFolder) async throws {
        self.folder = folder
        chain = "\(folder.path)/\(name).pem"
        key = "\(folder.path)/\(name).key"
        let arguments = [
            "/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-days", "30", "-subj", "/CN=\(name)", "-addext", "subjectAltName=DNS:*.localhost,DNS:hello.localhost",
            "-keyout", key, "-out", chain,
        ]
        let made = try ChildProcess(
            arguments, environment: [:], output: folder.output, errors: folder.log)
        guard await made.wait() == .exited(0) else { throw DeploydError(.internal, "openssl: \(readFile(folder.log))") }
    }

    func install(in folder: ServerFolder) throws {
        try folder.write(readFile(key), to: "worlds/keys/tls.key")
        try folder.write(readFile(chain), to: "worlds/tls.pem")
    }
}
