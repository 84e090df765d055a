import Core
import Glibc

/// A program of scripts/test_parts that runs beside a test until the object goes.
public struct TestPart: Sendable {
    let process: ChildProcess
    private let directory = TemporaryDirectory("part")

    /// Returns when it says that it is ready.
    public init(_ name: String, _ arguments: String...) async throws {
        let output = directory.appending("output")
        let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        process = try ChildProcess(
            ["/usr/bin/python3", "\(root)/scripts/test_parts/\(name).py"] + arguments,
            environment: ["PATH": "/usr/bin:/bin"], output: output, errors: output)
        guard await eventually(within: .seconds(30), { TextFile.read(output).contains("ready\n") }) else {
            throw DeploydError(.internal, "\(name).py did not start: \(TextFile.read(output))")
        }
    }
}

/// A way to a server on this machine that can be cut.
public struct FaultyWay: Sendable {
    public let port: Int
    public var url: String { "https://127.0.0.1:\(port)" }
    private let program: TestPart

    public init(to target: Int) async throws {
        port = try FreePort.find()
        program = try await TestPart("proxy", "\(port)", "\(target)")
    }

    /// Cuts the connections that are open.
    public func cut() { program.process.signal(SIGUSR1) }

    /// There is no way from now on.
    public func close() async { await toggle(isOpen: false) }

    /// There is one again.
    public func open() async { await toggle(isOpen: true) }

    private func toggle(isOpen: Bool) async {
        program.process.signal(SIGUSR2)
        // Two signals at once would be one.
        _ = await eventually {
            let answer = try? await ChildProcess.output(of: ["curl", "-sk", "--max-time", "5", url])
            return (answer != nil) == isOpen
        }
    }
}
