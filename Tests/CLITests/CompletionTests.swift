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
        let quoted = (["deployd"] + words).map { "'\($0)'" }.joined(separator: " ")
        let program = """
            source '\(try await script(for: "bash"))'
            COMP_WORDS=(\(quoted)); COMP_CWORD=\(words.count); _deployd; printf '%s\\n' "${COMPREPLY[@]}"
            """
        let result = try await bash("-c", program)
        #expect(result.text.split(separator: "\n").map(String.init) == expected)
    }

    @Test func anotherShellIsWrongUsage() async {
        let message = "completion: no completion for 'csh'; there is bash, zsh, fish (see `deployd completion --help`)"
        #expect(await run("completion", "csh") == Outcome(status: 2, errors: "deployd: \(message)\n"))
    }
}
