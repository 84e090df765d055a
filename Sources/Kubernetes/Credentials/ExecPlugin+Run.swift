import Core
import Formats
import System

extension ExecPlugin {
    /// How long a plugin may take: some ask a server that is slow.
    static let timeLimit = Duration.seconds(60)
    static let outputLimit = 1 << 20

    /// The plugin's command line, whose standard output is an `ExecCredential`.
    func commandLine(environment: [String: String], authorities: [UInt8]?) -> Command {
        var environment = environment.merging(variables) { $1 }
        environment["KUBERNETES_EXEC_INFO"] = information(authorities: authorities).text
        return Command(command, arguments, environment: environment)
    }

    /// Runs it once.
    /// - Throws: `DeploydError` that names the plugin, says what it printed last, and how to install it.
    func run(
        _ runner: CommandRunner, environment: [String: String], authorities: [UInt8]?
    ) async throws(DeploydError) -> ExecCredential {
        let line = commandLine(environment: environment, authorities: authorities)
        let result: CommandResult
        do {
            result = try await runner.run(
                line, deadline: ExecPlugin.timeLimit, outputLimit: ExecPlugin.outputLimit)
        } catch {
            throw failure(DeploydError.wrapping(error, "it cannot be run"))
        }
        guard result.succeeded else { throw failure(result) }
        do throws(DeploydError) { return try ExecCredential(result.output, version: version) } catch {
            throw DeploydError(.unauthenticated, "\(title): \(error.message)")
        }
    }

    private var title: String { "the exec plugin \(shortened(command)) of \(owner)" }

    private func failure(_ error: DeploydError) -> DeploydError {
        guard error.code == .notFound else {
            return DeploydError(error.code, "\(title): \(error.message)")
        }
        return DeploydError(.notFound, "\(title) is not there: \(installHint ?? error.message)")
    }

    private func failure(_ result: CommandResult) -> DeploydError {
        // What it says at last is the reason; before it there may be pages.
        let last = result.errorText.split(separator: "\n").suffix(3).joined(separator: " / ")
        let said = last.isEmpty ? "" : ": \(shortened(last, limit: 400))"
        return DeploydError(.unauthenticated, "\(title) \(result.status)\(said)")
    }
}
