import Core
import Glibc
import TestSupport

/// Requests at a constant rate, whatever the answers, on new and on kept connections; none is sent twice. It is the
/// demo's own: a program beside the tests, so that a busy test does not slow it down.
final class Load: Sendable {
    struct Outcome: Equatable {
        /// By body.
        var answers: [String: Int]
        var failed: Int
        var reasons: [String]

        var total: Int { answers.values.reduce(0, +) }
    }

    private let process: ChildProcess
    private let output: String

    /// - Parameters:
    ///   - host: what they ask for; nil: what the URL names.
    ///   - rate: requests a second.
    ///   - directory: where its result is written.
    ///   - wrapper: a command that becomes what follows it.
    ///   - resends: whether a request is sent again where the service ends a kept connection while it comes.
    init(
        _ url: String, host: String? = nil, rate: Int, in directory: String, resends: Bool = false,
        behind wrapper: [String] = []
    ) throws {
        let program = "\(ServerFolder.root)/scripts/demo_parts/load.py"
        output = "\(directory)/load-\(Identifier.make(at: SystemClock().now()))"
        // A request may wait long on a busy machine; only one that is lost or refused has failed.
        process = try ChildProcess(
            wrapper + ["/usr/bin/python3", program] + (resends ? ["--resend"] : []) + [url, "\(rate)", "60"]
                + (host.map { [$0] } ?? []),
            environment: ["PATH": "/usr/bin:/bin"],
            output: output, errors: output, hasInput: true)
    }

    /// Ends it and gives what became of all its requests.
    func stop() async throws -> Outcome {
        process.closeInput()
        guard await process.wait(within: .seconds(120)) == .exited(0),
            let json = try? JSONValue.parse(readFile(output))
        else { throw DeploydError(.internal, "the load failed: \(readFile(output).suffix(2000))") }
        return Outcome(
            answers: (json["answers"]?.object ?? [:]).compactMapValues { $0.integer.map(Int.init) },
            failed: json["failed"]?.integer.map(Int.init) ?? -1,
            reasons: (json["reasons"]?.array ?? []).compactMap(\.string))
    }
}
