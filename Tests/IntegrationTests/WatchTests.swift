import Client
import Glibc
import HTTPClient
import System
import TestSupport
import Testing

/// `deployd watch` against a running server.
@Suite(.serialized) struct WatchTests {
    @Test func eachChangeIsDeployedUntilItIsInterrupted() async throws {
        try await withServer { server in
            for (path, text) in TestService(version: "one").files { try server.folder.write(text, to: "tree/\(path)") }
            try server.folder.write("", to: "temporary/.keep")
            // Also a file that is wrong at first is waited for.
            let declaration = readFile("\(server.folder.path)/tree/deployd.yaml")
            try server.folder.write("service: hello\nprots: 1\n", to: "tree/deployd.yaml")
            let (output, errors) = ("\(server.folder.path)/watch.out", "\(server.folder.path)/watch.err")
            var environment = server.environment
            environment["TMPDIR"] = "\(server.folder.path)/temporary"
            environment["DEPLOYD_SERVER"] = server.url
            let watch = try ChildProcess(
                [BuiltProgram.deployd, "watch", "\(server.folder.path)/tree"], environment: environment, output: output,
                errors: errors)
            func answer() async throws -> String {
                let instance = try? await server.api.instance("hello", target: "local")
                guard let url = instance?.entrypoints["web"]?.url else { return "" }
                return try await server.http.send(.init("GET", url)).text
            }
            try await server.expect("the error to be said") { readFile(errors).contains("did you mean 'ports'?") }
            try server.folder.write(declaration, to: "tree/deployd.yaml")
            try await server.expect("the first version") { try await answer() == "one" }
            try server.folder.write("two", to: "tree/VERSION")
            try await server.expect("the change") { try await answer() == "two" }

            // What does not build does not end it.
            try server.folder.write("", to: "tree/build-fails")
            try await server.expect("the failed build to be said") {
                readFile(errors).contains("deployd: hello") && readFile(errors).contains("no such thing")
            }
            #expect(try await answer() == "two" && watch.exit == nil)
            try server.folder.write("three", to: "tree/VERSION")
            unlink("\(server.folder.path)/tree/build-fails")
            try await server.expect("the change after that") { try await answer() == "three" }

            // Nor does a file that is wrong for a moment, or a server that is not there.
            try server.folder.write("service: hello\nprots: 2\n", to: "tree/deployd.yaml")
            try await server.expect("the error to be said") {
                readFile(errors).split(separator: "did you mean 'ports'?").count > 2
            }
            try await server.kill()
            try server.folder.write("four", to: "tree/VERSION")
            try server.folder.write(declaration, to: "tree/deployd.yaml")
            try await server.expect("the server to be missed") { readFile(errors).contains("does not answer") }
            try await server.start()
            try await server.expect("the change to be tried again") { try await answer() == "four" }

            watch.signal(SIGINT)
            #expect(await watch.wait() == .exited(0))
            #expect(readFile(errors).hasSuffix("no longer watching; what was pushed goes on\n"))
            #expect(readFile(output).contains("runs and is healthy  http://127.0.0.1:"))
            #expect(try Files.entries(of: "\(server.folder.path)/temporary").map(\.name) == [".keep"])
        }
    }
}
