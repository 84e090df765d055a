import Core
import Crypto
import System

/// A program that keeps credentials: `docker-credential-NAME get`, the server on its standard input, JSON on its standard
/// output (https://github.com/docker/docker-credential-helpers).
struct CredentialHelper: Sendable {
    static let timeLimit = Duration.seconds(20)
    static let outputLimit = 64 << 10

    let name: String
    let server: String

    private var program: String { "docker-credential-\(name)" }

    func commandLine(environment: [String: String]) -> Command {
        Command(program, ["get"], environment: environment, input: Array(server.utf8))
    }

    /// - Returns: nil: it has none for that server.
    /// - Throws: `.unauthenticated` when it fails; it says nothing of what was printed on standard output.
    func ask(_ runner: CommandRunner, environment: [String: String]) async throws(DeploydError) -> RegistryCredentials?
    {
        let result: CommandResult
        do {
            result = try await runner.run(
                commandLine(environment: environment), deadline: CredentialHelper.timeLimit,
                outputLimit: CredentialHelper.outputLimit)
        } catch {
            let error = DeploydError.wrapping(error, "it cannot be run")
            guard error.code == .notFound else { throw DeploydError(error.code, "\(program): \(error.message)") }
            throw DeploydError(
                .unauthenticated,
                "\(program), which the docker configuration names for \(server), is not in the server's PATH: install "
                    + "it there, or log in without it")
        }
        guard result.succeeded else {
            if CredentialHelper.knowsNothing(result) { return nil }
            let said = result.errorText.split(separator: "\n").last.map { ": \(shown($0))" } ?? ""
            throw DeploydError(.unauthenticated, "\(program) gives no credentials for \(server)\(said)")
        }
        guard let answer = try? JSONValue.parse(result.output), let secret = answer["Secret"]?.string else {
            throw DeploydError(.unauthenticated, "\(program) answers for \(server) with no credentials in JSON")
        }
        let user = answer["Username"]?.string ?? ""
        guard !secret.isEmpty else { return nil }
        return user == "<token>" ? .identityToken(Secret(secret)) : .password(user: user, Secret(secret))
    }

    /// Helpers say so on standard output, with the status 1.
    private static func knowsNothing(_ result: CommandResult) -> Bool {
        result.text.contains("credentials not found")
    }
}
