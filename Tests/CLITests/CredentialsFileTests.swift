import Core
import Glibc
import TestSupport
import Testing

@testable import CLI

@Suite struct CredentialsFileTests {
    private let directory = TemporaryDirectory("deployd-credentials")

    @Test(arguments: [
        (["DEPLOYD_CREDENTIALS": "/a/file", "HOME": "/h"], "/a/file"),
        (["XDG_CONFIG_HOME": "/x", "HOME": "/h"], "/x/deployd/credentials"),
        (["XDG_CONFIG_HOME": "", "HOME": "/h"], "/h/.config/deployd/credentials"),
        ([:], nil),
    ])
    func isFound(environment: [String: String], path: String?) {
        #expect(CredentialsFile(environment: environment).path == path)
    }

    @Test func keepsWhatIsSavedToItself() throws {
        let file = CredentialsFile(environment: ["HOME": directory.path])
        #expect(try file.load() == nil)
        let entry = CredentialsFile.Entry(server: "http://127.0.0.1:1", token: Secret("t-1"))
        try file.save(entry)
        #expect(try file.load() == entry)
        var status = stat()
        #expect(stat(directory.appending(".config/deployd/credentials"), &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
    }

    @Test func aDamagedFileIsNamed() async throws {
        let path = directory.appending("credentials")
        try write("{\"server\": 1}", to: path)
        let outcome = await run("status", environment: ["DEPLOYD_CREDENTIALS": path])
        let message = "deployd: \(path) is damaged: remove it and run `deployd login`\n"
        #expect(outcome == Outcome(status: 1, errors: message))
        // Whoever names both server and token does not need it.
        let other = await run(
            "status", "--server", "http://127.0.0.1:1", "--token", "t", environment: ["DEPLOYD_CREDENTIALS": path])
        #expect(other.errors.contains("does not answer"))
    }

    /// A token goes only to the server that it is of.
    @Test func aTokenOfAnotherServerIsNotSent() async throws {
        let file = CredentialsFile(environment: ["HOME": directory.path])
        try file.save(.init(server: "http://127.0.0.1:1/", token: Secret("t-1")))
        let other = await run("status", "--server", "http://127.0.0.1:2", environment: ["HOME": directory.path])
        #expect(other.errors.hasPrefix("deployd: no token for http://127.0.0.1:2:"))
        let same = await run("status", "--server", "http://127.0.0.1:1", environment: ["HOME": directory.path])
        #expect(same.errors.contains("does not answer"))
    }

    @Test(arguments: ["t-1", "t-1\n", "t-1\r\n"])
    func secretsLoseTheLineEndOnly(content: String) throws {
        #expect(try CommandContext.secret(Array(content.utf8), from: "f") == Secret("t-1"))
    }

    @Test(arguments: [("", "f is empty; it should hold the secret"), ("\n", "f is empty; it should hold the secret")])
    func emptySecretsAreRefused(content: String, message: String) {
        #expect(throws: DeploydError.self) { try CommandContext.secret(Array(content.utf8), from: "f") }
    }
}
