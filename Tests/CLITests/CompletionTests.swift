import System
import TestSupport
import Testing

@testable import CLI

@Suite struct CompletionTests {
    private let directory = TemporaryDirectory("deployd-completion")

    private func bash(_ arguments: String...) async throws -> CommandResult {
        let runner = try CommandRunner()
        return try await runner.run(
            Command("bash", arguments, environment: ["PATH": "/usr/local/bin:/usr/bin:/bin"]), deadline: .seconds(60),
            outputLimit: 1 << 20)
    }

    private func script(for shell: String) async throws -> String {
        let path = directory.appending(shell)
        try write(await run("completion", shell).output, to: path)
        return path
    }

    @Test(arguments: ["bash", "zsh"])
    func bashReadsTheScript(shell: String) async throws {
        let result = try await bash("-n", try await script(for: shell))
        #expect(result == CommandResult(status: .exited(0), output: [], errorOutput: []))
    }

    @Test(arguments: [
        (["stat"], ["status"]),
        (["repo", ""], ["add", "list", "remove", "sweep"]),
        (["get", "de"], ["deliveries", "deployments"]),
        (["repo", "add", "acme/hello", "--pro"], ["--provider"]),
        (["completion", ""], ["bash", "zsh", "fish"]),
        (["nothing", ""], []),
        (["init", "--"], ["--stdout", "--force"]),
        (["watch", "--s"], ["--service", "--server"]),
        (["status", "--output", ""], ["table", "json"]),
        (["get", "worlds", "--output", "j"], ["json"]),
        (["stop", "-l", ""], []),
        (["stop", "-"], ["--target", "-l", "--selector", "--no-wait", "--server", "--token", "--output"]),
    ])
    func bashOffersWhatMayFollow(words: [String], expected: [String]) async throws {
        #expect(try await offered(words) == expected)
    }

    /// With `deployd __names` in the place of a server.
    @Test(arguments: [
        (["stop", "he"], ["hello"]), (["logs", "w"], ["world"]), (["secret", "set", "h"], ["hello"]),
        (["stop", "hello", "--target", ""], ["targets-of-it"]),
        (["get", "instances", "--world", "wo"], ["worlds-of-it"]),
        (["promote", "hello", "--to", ""], ["environments-of-it"]), (["validate", ""], []),
    ])
    func bashOffersNames(words: [String], expected: [String]) async throws {
        let names = """
            deployd() { [ "$1" = __names ] || return; case "$2" in applications) printf 'hello\nworld\n' ;; *) echo "$2-of-it" ;; esac; }
            """
        #expect(try await offered(words, names) == expected)
    }

    private func offered(_ words: [String], _ names: String = "") async throws -> [String] {
        let quoted = (["deployd"] + words).map { "'\($0)'" }.joined(separator: " ")
        let program = """
            \(names)
            source '\(try await script(for: "bash"))'
            COMP_WORDS=(\(quoted)); COMP_CWORD=\(words.count); _deployd; printf '%s\\n' "${COMPREPLY[@]}"
            """
        let result = try await bash("-c", program)
        return result.text.split(separator: "\n").map(String.init)
    }

    @Test func anotherShellIsWrongUsage() async {
        let message = "completion: no completion for 'csh'; there is bash, zsh, fish (see `deployd completion --help`)"
        #expect(await run("completion", "csh") == Outcome(status: 2, errors: "deployd: \(message)\n"))
    }
}
