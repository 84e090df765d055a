import Glibc
import TestSupport
import Testing

/// Random sequences of operations, each to an application of its own, beside a reference model that knows neither time
/// nor failure.
struct ReferenceModelTests {
    static let applications = 50
    /// `DEPLOYD_TEST_SEQUENCES` makes more of them, `DEPLOYD_TEST_ROUND` others.
    static let count = number("DEPLOYD_TEST_SEQUENCES") ?? 500
    static let round = number("DEPLOYD_TEST_ROUND") ?? 0

    static func number(_ name: String) -> Int? { getenv(name).flatMap { Int(String(cString: $0)) } }

    @Test(arguments: 0..<max(1, Self.count / Self.applications))
    func sequences(_ number: Int) async throws {
        let run = try await ReferenceRun(
            seed: UInt64(Self.round * 1_000_000 + number), applications: Self.applications)
        let differences = try await run.run(rounds: 14)
        #expect(differences.isEmpty, "\(differences.joined(separator: "\n"))")
    }
}
