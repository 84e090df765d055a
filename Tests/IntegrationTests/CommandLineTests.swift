import Client
import Core
import Glibc
import HTTPClient
import System
import Testing

/// The command line against a running server, as its user runs it.
@Suite(.serialized) struct CommandLineTests {
    @Test func pushDeploysTheFolderAsItIs() async throws {
        try await withServer { server in
            for (path, text) in TestService(version: "committed").files {
                try server.folder.write(text, to: "tree/\(path)")
            }
            let tree = "\(server.folder.path)/tree"
            for arguments in [
                ["init", "-q"], ["add", "-A"], ["-c", "user.name=A", "-c", "user.email=a@b", "commit", "-qm", "x"],
            ] {
                let result = try await server.runner.run(
                    Command("git", arguments, environment: server.environment, directory: tree), deadline: .seconds(60),
                    outputLimit: 1 << 20)
                #expect(result.succeeded, "\(result.errorText)")
            }
            // Neither committed nor added.
            try server.folder.write("working tree", to: "tree/VERSION")
            let result = try await server.command("push", tree)
            #expect(result.succeeded, "\(result.errorText)")
            #expect(result.text.contains("runs and is healthy  http://127.0.0.1:"))
            #expect(result.errorText.contains("building working tree"))
            let instance = try await server.api.instance("hello", target: "local")
            let url = instance.entrypoints["web"]?.url ?? ""
            #expect(try await server.http.send(.init("GET", url)).text == "working tree")
            let release = try await server.api.releases("hello").items.first
            #expect(release?.clean == false)
            #expect(release?.version.hasPrefix("local-") == true)

            try server.folder.write("", to: "tree/build-fails")
            let failed = try await server.command("push", tree)
            #expect(failed.status == .exited(1))
            #expect(failed.errorText.contains("hello.c:3: error: no such thing"))
            try server.folder.write("service: hello\nprots: 1\n", to: "tree/deployd.yaml")
            let invalid = try await server.command("push", tree)
            #expect(invalid.status == .exited(1))
            #expect(invalid.errorText.hasSuffix("deployd.yaml:2:1: prots: unknown key; did you mean 'ports'?"))
        }
    }

    @Test func pushIsFollowedOverARestart() async throws {
        try await withServer { server in
            let gate = "\(server.folder.path)/gate"
            try writeFile("", to: gate)
            for (path, text) in TestService(version: "one", behaviour: [.buildWaits(for: gate)]).files {
                try server.folder.write(text, to: "tree/\(path)")
            }
            async let push = server.command("push", "\(server.folder.path)/tree")
            try await server.expect("the build to run") { access("\(gate).waits", F_OK) == 0 }
            try await server.kill()
            unlink(gate)
            try await server.start()
            let result = try await push
            #expect(result.succeeded, "\(result.errorText)")
            #expect(result.text.contains("runs and is healthy"))
            let lines = result.errorText.split(separator: "\n")
            #expect(Set(lines).count == lines.count, "\(result.errorText)")
        }
    }

    @Test func showsWhichVersionIsWhere() async throws {
        try await withServer { server in
            let project = try await Project(server)
            let first = try await project.deploy(TestService(version: "one"))
            let second = try await project.deploy(TestService(version: "two"))
            let url = try await project.entrypoint
            let deployment = try await project.deployments().first?.id ?? ""
            let short = String(second.prefix(12))
            let shown: [([String], [String])] = [
                (["status"], ["APPLICATION  local", "hello        \(short)"]),
                (["status", "hello"], [short, "healthy", "web \(url)"]),
                (["get", "deployments"], [deployment, "succeeded"]),
                (["get", "releases", "--application", "hello"], [first, second, "acme/hello", "refs/heads/main"]),
                (["get", "deliveries", "--status", "processed"], ["acme/hello", deployment]),
                (["get", "instances"], [url]),
                (["get", "worlds"], ["deploy:process, local", "local (local)"]),
                (["get", "targets"], ["local"]),
                (["get", "environments"], ["local"]),
                (["get", "environment-sets"], ["default"]),
                (["get", "applications"], ["hello", "acme/hello"]),
                (["get", "slugs"], ["no slugs"]),
                (["get", "resources"], ["no resources"]),
                (["events"], ["version.deployed", "\(first.prefix(12)) → \(short)"]),
                (["logs", deployment], ["building two", "healthy after"]),
                (["logs", "hello"], ["hello two pid"]),
                (["repo", "list"], ["acme/hello", project.repository.url]),
                (["doctor"], ["/readyz: ok"]),
            ]
            for (arguments, parts) in shown {
                let result = try await server.command(arguments)
                #expect(result.succeeded, "\(arguments): \(result.errorText)")
                for part in parts { #expect(result.text.contains(part), "\(arguments): \(result.text)") }
                guard arguments.first != "logs", arguments != ["doctor"] else { continue }
                let json = try await server.command(arguments + ["--output", "json"])
                #expect((try? JSONValue.parse(json.output)) != nil, "\(arguments): \(json.text)")
            }
        }
    }

    @Test func labelsChooseInstances() async throws {
        try await withServer { server in
            let project = try await Project(server)
            try await project.deploy(TestService(version: "one", more: "labels: { team: shop }"))
            let steps: [([String], CommandResult.Expected)] = [
                (["start", "-l", "team=pay"], .init(1, "no instance has the labels 'team=pay'")),
                (["stop", "-l", "team in (shop)"], .init(0, "hello on local is stopped; it is suspended")),
                (["get", "instances", "-lteam", "--show-labels"], .init(0, "suspended  http")),
                (["start", "--selector=team=shop"], .init(0, "hello on local is started")),
                (["apply", "-l", "team,!legacy"], .init(0, "apply: hello in local")),
                (["status", "-l", "team!=shop"], .init(0, "no application has these labels")),
                (["destroy", "-l", "team"], .init(2, "there is no terminal to ask on: --yes destroys it")),
                (["get", "instances"], .init(0, "hello")),
                (["destroy", "-l", "team", "--yes"], .init(0, "hello on local is destroyed")),
                (["get", "instances", "-l", "team"], .init(0, "no instances")),
            ]
            for (arguments, expected) in steps {
                let result = try await server.command(arguments)
                #expect(result.status == .exited(expected.status), "\(arguments): \(result.errorText)")
                #expect((result.text + result.errorText).contains(expected.part), "\(arguments): \(result.text)")
            }
        }
    }

    @Test func movesVersions() async throws {
        try await withServer { server in
            let project = try await Project(server)
            let first = try await project.deploy(TestService(version: "one"))
            try await project.deploy(TestService(version: "two"))
            let rollback = try await server.command("rollback", "hello", "--environment", "local")
            #expect(rollback.succeeded, "\(rollback.errorText)")
            try await project.runs(first)
            // A push does not undo it, until it is released.
            let third = try await project.repository.push(TestService(version: "three").files)
            let held = try await project.processed(try await project.announce(third))
            #expect(held.reason?.contains("local is held by admin") == true)
            #expect(try await server.command("status", "hello").text.contains("local is held by admin"))
            #expect(try await project.answer() == "one")
            #expect(try await server.command("release-hold", "hello", "--environment", "local").succeeded)
            let set = try await server.command("set-version", "hello", "--environment", "local", "--version", third)
            #expect(set.succeeded, "\(set.errorText)")
            try await project.runs(third)
            let nothing = try await server.command("logs", "helo")
            #expect(nothing.errorText.hasPrefix("deployd: no application 'helo'"), "\(nothing.errorText)")
            let unknown = try await server.command("set-version", "hello", "--environment", "local", "--version", "v9")
            #expect(unknown.status == .exited(1))
            #expect(unknown.errorText.contains("v9"))
        }
    }

    @Test func managesAccess() async throws {
        try await withServer { server in
            try server.folder.write("s3cret-of-the-hook\n", to: "secret")
            let repository = try await GitRepository("acme/hello", in: server.folder.path, runner: server.runner)
            let add = ["repo", "add", "acme/hello", repository.url, "--provider", "github", "--secret-file"]
            #expect(try await server.command(add + ["\(server.folder.path)/secret"]).succeeded)
            let again = try await server.command(add + ["\(server.folder.path)/secret"])
            #expect(again.status == .exited(1))
            #expect(again.errorText.contains("a repository 'acme/hello' exists already"))
            #expect(try await server.command("repo", "remove", "acme/hello").text == "removed acme/hello\n")
            #expect(try await server.command("repo", "remove", "acme/hello").status == .exited(1))

            let wrong = try await server.command("login", "--server", server.url, input: "wrong\n")
            #expect(wrong.status == .exited(1))
            #expect(!wrong.errorText.contains("wrong"))
            let right = try await server.command("login", "--server", server.url + "/", input: "\(server.token)\n")
            #expect(right.succeeded, "\(right.errorText)")
            #expect(!right.text.contains(server.token))
            #expect(try await server.command("status").text.hasPrefix("no applications yet"))
        }
    }
}

extension CommandResult {
    fileprivate struct Expected {
        let status: Int32
        let part: String

        init(_ status: Int32, _ part: String) {
            self.status = status
            self.part = part
        }
    }
}
