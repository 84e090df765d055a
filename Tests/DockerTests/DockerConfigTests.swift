import Core
import Docker
import System
import TestSupport
import Testing

struct DockerConfigTests {
    private let runner: CommandRunner
    private let directory = TemporaryDirectory("docker-config")

    init() throws { runner = try CommandRunner() }

    private func login(_ image: String, _ config: String) async throws -> RegistryCredentials? {
        try await DockerConfig(Array(config.utf8), place: "config.json").credentials(
            for: ImageName(image), runner, environment: ["PATH": "\(directory.path):/usr/bin:/bin"])
    }

    private func helper(_ name: String, _ script: String) async throws {
        let path = directory.appending("docker-credential-\(name)")
        try TextFile.write("#!/bin/sh\n\(script)\n", to: path)
        try await ChildProcess.output(of: ["chmod", "+x", path])
    }

    @Test func loginsOfTheFile() async throws {
        // alice:wonder:land
        let config = """
            { "auths": {
                "https://index.docker.io/v1/": { "auth": "YWxpY2U6d29uZGVyOmxhbmQ=" },
                "registry.example.com": { "username": "bob", "password": "b" },
                "https://registry.example.com/acme/": { "username": "carol", "password": "c" },
                "token.example.com": { "auth": "", "identitytoken": "id" },
                "REG.example.com:5000": { "registrytoken": "reg" },
                "empty.example.com": {} } }
            """
        let images = [
            "hello", "registry.example.com/other/hello", "registry.example.com/acme/hello", "token.example.com/a",
            "reg.example.com:5000/a", "empty.example.com/a", "registry.example.com:5000/a",
            "registry.example.com/acmes/a",
        ]
        var found: [RegistryCredentials?] = []
        for image in images { found.append(try await login(image, config)) }
        let bob = RegistryCredentials.password(user: "bob", Secret("b"))
        #expect(
            found == [
                .password(user: "alice", Secret("wonder:land")), bob, .password(user: "carol", Secret("c")),
                .identityToken(Secret("id")), .registryToken(Secret("reg")), nil, nil, bob,
            ])
        #expect(!"\(found)".contains("wonder"))
    }

    @Test func helpersAreAsked() async throws {
        try await helper(
            "good",
            "read s; [ \"$1\" = get ] && echo \"{\\\"ServerURL\\\":\\\"$s\\\",\\\"Username\\\":\\\"$s\\\",\\\"Secret\\\":\\\"p\\\"}\""
        )
        try await helper("token", "echo '{\"Username\":\"<token>\",\"Secret\":\"id\"}'")
        try await helper("empty", "echo 'credentials not found in native keychain'; exit 1")
        let config = """
            { "auths": { "b.example.com": { "username": "bob", "password": "b" } },
              "credHelpers": { "docker.io": "good", "a.example.com": "token" }, "credsStore": "empty" }
            """
        var found: [RegistryCredentials?] = []
        for image in ["hello", "a.example.com/a", "b.example.com/b", "c.example.com/c"] {
            found.append(try await login(image, config))
        }
        #expect(
            found == [
                .password(user: "https://index.docker.io/v1/", Secret("p")), .identityToken(Secret("id")),
                .password(user: "bob", Secret("b")), nil,
            ])
    }

    @Test func whatIsWrongIsSaidWithoutSecrets() async throws {
        try await helper("bad", "echo secret-output; echo 'the keychain is locked' >&2; exit 1")
        try await helper("odd", "echo secret-output")
        let cases = [
            ("{", "config.json is no docker configuration: it is not JSON"),
            ("[]", "config.json is no docker configuration: it is not an object"),
            (
                "{\"auths\":{\"a.example.com\":{\"auth\":\"secret-output\"}}}",
                "config.json is no docker configuration: the login for a.example.com has an auth that is not the base 64 "
                    + "of USER:PASSWORD"
            ),
            (
                "{\"credsStore\":\"../bad\"}", "config.json is no docker configuration: credsStore is no program's name"
            ),
            (
                "{\"credsStore\":\"bad\"}",
                "docker-credential-bad gives no credentials for a.example.com: the keychain is locked"
            ),
            ("{\"credsStore\":\"odd\"}", "docker-credential-odd answers for a.example.com with no credentials in JSON"),
            (
                "{\"credsStore\":\"none\"}",
                "docker-credential-none, which the docker configuration names for a.example.com, is not in the server's "
                    + "PATH: install it there, or log in without it"
            ),
        ]
        for (config, sentence) in cases {
            let error = await #expect(throws: DeploydError.self) { try await login("a.example.com/a", config) }
            #expect(error?.description == sentence)
        }
    }
}
