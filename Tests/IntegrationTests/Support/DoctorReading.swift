import Core
import System

/// What `doctor --data` said.
struct DoctorReading {
    let status: System.ExitStatus
    let text: String
    /// `GROUP CHECK` of every check, each once.
    let checks: [String]
    /// `GROUP CHECK LEVEL` of what is not well, each once. The machine that the tests run on may be short of something.
    let trouble: [String]

    init(_ data: String, _ server: RunningServer) async throws {
        let result = try await server.command("doctor", "--data", data, "--output", "json")
        (status, text) = (result.status, result.text)
        let findings = try JSONValue.parse(result.output)["findings"]?.array ?? []
        let words = findings.map { finding in
            ["group", "check", "level"].map { finding[$0]?.string ?? "?" }
        }
        checks = words.map { $0.prefix(2).joined(separator: " ") }.once
        trouble = words.filter { $0[0] != "machine" && $0[2] != "ok" }.map { $0.joined(separator: " ") }.once
    }
}

extension [String] {
    fileprivate var once: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}
