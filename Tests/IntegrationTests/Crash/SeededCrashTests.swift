import Core
import Glibc
import System
import TestSupport
import Testing

/// Sixty pushes to six services of three repositories, with the server killed again and again, at labelled points and at
/// moments that chance chooses, and a load that must not notice.
///
/// `DEPLOYD_TEST_SEED=N` repeats the run of a seed, `DEPLOYD_TEST_CRASH_RUNS=N` makes more of them, `DEPLOYD_TEST_KEEP=DIR`
/// keeps the directory of one that fails.
@Suite(.serialized) struct SeededCrashTests {
    @Test func whateverTheMomentNothingIsLostOrDoneTwice() async throws {
        let given = SeededCrashTests.number("DEPLOYD_TEST_SEED")
        let first = given ?? UInt64.random(in: 1...999_999)
        let runs = SeededCrashTests.number("DEPLOYD_TEST_CRASH_RUNS") ?? (given == nil ? 10 : 1)
        var reached: Set<CrashPoint> = []
        for seed in first..<first + runs {
            SeededCrashTests.say("crash test: DEPLOYD_TEST_SEED=\(seed)")
            do { reached.formUnion(try await SeededCrashTests.run(seed)) } catch {
                Issue.record("seed \(seed): \(error)")
            }
        }
        // Half of them in each of two runs, and a point may be missed in one.
        if runs >= 10 { #expect(Set(CrashPoint.allCases).subtracting(reached) == []) }
    }

    private static func run(_ seed: UInt64) async throws -> Set<CrashPoint> {
        var reached: Set<CrashPoint> = []
        let folder = try ServerFolder()
        try folder.copyRepositories()
        // So often that sweeps find what the webhooks of a dead server's time have not told yet.
        let server = try RunningServer(folder, options: ["--sweep-interval", "1s"])
        try await withServer(server) {
            let run = CrashRun(seed: seed, server)
            do {
                try await run.perform()
                let problems = try await CrashVerdict(run: run).problems()
                say("seed \(seed): \(run.figures)")
                #expect(problems == [], "seed \(seed)")
                if !problems.isEmpty { try await keep(server, seed) }
            } catch {
                try await keep(server, seed)
                throw error
            }
            reached = run.reached
        }
        return reached
    }

    /// What a run that failed has left, where `DEPLOYD_TEST_KEEP` says.
    private static func keep(_ server: RunningServer, _ seed: UInt64) async throws {
        guard let place = getenv("DEPLOYD_TEST_KEEP").map({ String(cString: $0) }) else { return }
        _ = try await server.runner.run(
            Command("cp", ["-a", server.folder.path, "\(place)/\(seed)"], environment: server.environment),
            deadline: .seconds(60), outputLimit: 1 << 20)
    }

    /// At once, also into a file.
    private static func say(_ line: String) {
        print(line)
        fflush(nil)
    }

    private static func number(_ variable: String) -> UInt64? {
        getenv(variable).flatMap { UInt64(String(cString: $0)) }
    }
}
