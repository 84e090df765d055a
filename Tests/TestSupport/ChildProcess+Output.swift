import Core

extension ChildProcess {
    /// Runs a program to its end.
    /// - Parameter arguments: the program, looked up in `PATH`, and what it is given.
    /// - Returns: what it printed.
    /// - Throws: with what it said, when it fails or takes longer than `limit`.
    @discardableResult
    public static func output(
        of arguments: [String], environment: [String: String] = [:], within limit: Duration = .seconds(120)
    ) async throws -> String {
        let directory = TemporaryDirectory("output")
        let (output, errors) = (directory.appending("output"), directory.appending("errors"))
        let inherited = ["PATH", "HOME", "TMPDIR", "XDG_CACHE_HOME"].compactMap { name in
            EnvironmentVariable.value(name).map { (name, $0) }
        }
        let process = try ChildProcess(
            ["/usr/bin/env"] + arguments,
            environment: Dictionary(inherited) { $1 }.merging(environment) { $1 }, output: output, errors: errors)
        let exit = await process.wait(within: limit)
        guard exit == .exited(0) else {
            let said = TextFile.read(errors).suffix(2000)
            throw DeploydError(
                .internal, "\(arguments.joined(separator: " ")): \(exit.map { "\($0)" } ?? "took too long"): \(said)")
        }
        return TextFile.read(output)
    }
}
