import Core
import Glibc
import TestSupport
import Testing

/// A program of scripts/test_parts that runs beside a test until the object goes.
struct HelperProgram {
    let process: ChildProcess
    private let directory = TemporaryDirectory("helper")

    /// Returns when it says that it is ready.
    init(_ name: String, _ arguments: String...) async throws {
        let output = directory.appending("output")
        process = try ChildProcess(
            ["/usr/bin/python3", "\(ServerFolder.root)/scripts/test_parts/\(name).py"] + arguments,
            environment: ["PATH": "/usr/bin:/bin"], output: output, errors: output)
        guard await eventually(within: .seconds(30), { readFile(output).contains("ready\n") }) else {
            throw DeploydError(.internal, "\(name).py did not start: \(readFile(output))")
        }
    }
}

/// A way to a server that can be cut.
struct FaultyWay {
    let port: Int
    private let program: HelperProgram

    init(to target: Int) async throws {
        port = try FreePort.find()
        program = try await HelperProgram("proxy", "\(port)", "\(target)")
    }

    /// To the API server of a kubeconfig, where that is on this machine.
    /// - Parameter copy: where a kubeconfig is written that takes this way.
    init(_ kubeconfig: String, copy: String) async throws {
        let text = readFile(kubeconfig)
        let start = "server: https://127.0.0.1:"
        let port = text.split(separator: "\n").compactMap { line -> Int? in
            let line = line.drop { $0 == " " }
            return line.hasPrefix(start) ? Int(line.dropFirst(start.count)) : nil
        }.first
        try await self.init(to: try #require(port, "\(kubeconfig) has no server on 127.0.0.1"))
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.contains(start) ? "    \(start)\(self.port)" : String(line)
        }
        try TextFile.write(lines.joined(separator: "\n"), to: copy)
    }

    /// Cuts the connections that are open.
    func cut() { program.process.signal(SIGUSR1) }
    /// From the first time on there is no way, and after the second one there is again.
    func toggle() { program.process.signal(SIGUSR2) }
}
