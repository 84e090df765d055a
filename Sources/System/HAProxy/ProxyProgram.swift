import Core

/// The installed HAProxy: its command, and its opinion of a configuration.
struct ProxyProgram: Sendable {
    static let configurationName = "haproxy.cfg"
    private static let candidateName = "candidate.cfg"

    let directory: String
    /// A path; nil to look in `PATH` and where Debian puts it.
    let executable: String?
    let runner: CommandRunner
    let threads: BlockingThreads

    var certificates: ProxyCertificateStore { ProxyCertificateStore(directory: directory) }

    private static let environment = ["PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]

    /// Runs until it is stopped, one master and its workers, in its directory: all its paths are relative, since those of
    /// sockets may have 107 bytes only.
    /// - Throws: `DeploydError.notFound` that says how to install it.
    func command() throws(DeploydError) -> Command {
        try command([
            "-W", "-S", "unix@\(ProxyMaster.socketName),mode,600,level,admin", "-f", ProxyProgram.configurationName,
        ])
    }

    private func command(_ arguments: [String]) throws(DeploydError) -> Command {
        var command = Command(
            executable ?? "haproxy", arguments, environment: ProxyProgram.environment, directory: directory)
        do {
            command.executable = try command.resolvedExecutable()
        } catch {
            throw DeploydError(
                .notFound, "entrypoints need HAProxy: install haproxy (apt-get install haproxy)", cause: error)
        }
        return command
    }

    /// - Throws: `DeploydError.invalid` with HAProxy's own words when it does not accept the text.
    func validate(_ text: String) async throws {
        let candidate = ProxyProgram.candidateName
        let check = try command(["-c", "-f", candidate])
        try await threads.run { [directory] in try Files.write(Array(text.utf8), to: "\(directory)/\(candidate)") }
        let result = try await runner.run(check, deadline: .seconds(20), outputLimit: 1 << 20)
        guard !result.succeeded else { return }
        throw DeploydError(.invalid, "HAProxy refuses its configuration: \(ProxyProgram.alerts(in: result.errorText))")
    }

    /// The lines that say what is wrong.
    static func alerts(in text: String) -> String {
        let lines = text.split(separator: "\n").map(String.init).filter { $0.hasPrefix("[ALERT]") }
        let messages = lines.map { line in line.firstRange(of: " : ").map { String(line[$0.upperBound...]) } ?? line }
        return messages.isEmpty ? String(text.suffix(500)) : messages.prefix(3).joined(separator: "; ")
    }

    /// As the file has it. What an earlier deployd died over is removed.
    func configuration() async throws -> ProxyConfiguration {
        let path = "\(directory)/\(ProxyProgram.configurationName)"
        let text: String = try await threads.run { [directory] in
            Files.removeUnfinished(in: directory)
            do throws(DeploydError) {
                return String(decoding: try Files.read(path, limit: 16 << 20), as: UTF8.self)
            } catch  where error.code == .notFound {
                return ""
            }
        }
        return try ProxyConfiguration.parse(text)
    }

    func write(_ configuration: ProxyConfiguration) async throws {
        try await threads.run { [directory] in
            try Files.write(
                Array(configuration.text.utf8), to: "\(directory)/\(ProxyProgram.configurationName)")
        }
    }
}
