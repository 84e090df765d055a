import Core
import Glibc
import HTTPClient
import System
import TestSupport
import Testing

@Suite(.serialized) struct StartTests {
    /// Wrong arguments, and what is said of them; `DIR` stands for the test's folder.
    static let refusals: [(arguments: [String], status: Int32, message: String)] = [
        (["--listen", "localhost"], 1, "write host:port, such as 127.0.0.1:8420"),
        (["--listen", "127.0.0.1:99999"], 1, "write host:port, such as 127.0.0.1:8420"),
        (["--listen", "203.0.113.1:80"], 1, "Cannot assign requested address"),
        (["--worlds", "DIR/nothing"], 1, "--worlds: DIR/nothing is not a folder; make it, or leave the option out"),
        (["--resource-repos", "DIR/nothing"], 1, "--resource-repos: DIR/nothing is not a folder"),
        (["--data", "/proc/nothing"], 1, "cannot make /proc/nothing"),
        (["--log-level", "loud"], 2, "--log-level is debug, info, warning or error, not 'loud'"),
        (["DIR"], 2, "unexpected argument 'DIR'"),
    ]

    @Test(arguments: refusals)
    func whatCannotBeServedIsSaidInOneLine(arguments: [String], status: Int32, message: String) async throws {
        let folder = try ServerFolder()
        let server = try RunningServer(folder)
        let resolved = (arguments + [message]).map {
            $0.split(separator: "DIR", omittingEmptySubsequences: false).joined(separator: folder.path)
        }
        let result = try await server.command(
            ["serve", "--data", folder.data].dropLast(arguments.contains("--data") ? 2 : 0) + resolved.dropLast())
        #expect(result.status == .exited(status))
        #expect(result.errorText.contains(resolved.last ?? ""), "\(result.errorText)")
        #expect(!result.errorText.contains("\n"))
        await server.close()
    }

    @Test func twoServersDoNotShareADataDirectory() async throws {
        try await withServer { server in
            let second = try server.launch(listen: "127.0.0.1:0")
            #expect(await second.wait() == .exited(1))
            let message = "another deployd (process \(server.pid ?? 0)) uses the data directory \(server.folder.data)"
            #expect(server.log.contains(message), "\(server.log)")
            #expect(try await server.http.send(HTTPClientRequest("GET", "\(server.url)/readyz")).status == 200)
        }
    }

    @Test func theFirstStartLetsItsUserIn() async throws {
        try await withServer { server in
            let answers = [
                try await server.http.send(HTTPClientRequest("GET", "\(server.url)/api/v1/worlds")).status,
                try await server.http.send(
                    HTTPClientRequest(
                        "GET", "\(server.url)/api/v1/worlds", headers: [("Authorization", "Bearer wrong")])
                ).status,
                try await server.http.send(HTTPClientRequest("GET", "\(server.url)/healthz")).status,
                try await server.http.send(HTTPClientRequest("GET", "\(server.url)/readyz")).status,
            ]
            #expect(answers == [401, 401, 200, 200])
            let files = ["data/admin.token", "home/.config/deployd/credentials", "data/master.key"]
            #expect(files.map { StartTests.mode("\(server.folder.path)/\($0)") } == [0o600, 0o600, 0o600])
            let result = try await server.command("get", "worlds")
            #expect(result.succeeded, "\(result.errorText)")
            #expect(result.text.contains("local"))
            let token = server.token
            try await server.kill()
            try await server.start()
            #expect(server.token == token)
        }
    }

    @Test func pushedCodeRunsOnlyWhereTheOperatorTrustsIt() async throws {
        let folder = try ServerFolder()
        try folder.write("world: here\ncapabilities: { deploy:process: {} }\ntrusted: false\n", to: "worlds/here.yaml")
        let server = try RunningServer(folder)
        let exit = await (try server.launch()).wait()
        #expect(exit == .exited(1))
        #expect(server.log.contains("here.yaml:2:17: capabilities.deploy:process: needs 'trusted: true'"))
        await server.close()
    }

    /// nil when there is no such file.
    private static func mode(_ path: String) -> UInt32? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & 0o777 : nil
    }
}
