import Client
import Core
import Glibc
import TestSupport
import Testing

/// Kills the server again and again, at moments that chance chooses, while versions are pushed.
@Suite(.serialized) struct ChaosTests {
    @Test func whateverTheMomentNothingIsLostOrDoneTwice() async throws {
        // Shown by a failure, and taken from the environment to repeat it.
        let seed = getenv("DEPLOYD_TEST_SEED").flatMap { UInt64(String(cString: $0)) } ?? UInt64.random(in: 1...999_999)
        var chance = SeededGenerator(seed)
        let rounds = 4
        try await withServer({ try $0.copyRepositories() }) { server in
            let project = try await Project(server)
            try await project.deploy(ChaosTests.service(0))
            let secret = try await project.answer("/variable/KEY")
            #expect(secret.count == 32)
            let load = try await project.load(rate: 100)
            var versions: [String] = []
            for round in 1...rounds {
                versions.append(try await project.push(ChaosTests.service(round)))
                for _ in 0..<Int.random(in: 1...3, using: &chance) {
                    try await Task.sleep(for: .milliseconds(Int.random(in: 0...700, using: &chance)))
                    try await server.kill()
                    try await server.start()
                }
            }
            let last = try #require(versions.last)
            try await project.runs(last)
            try await server.expect("the last version to answer") { try await project.answer() == "\(rounds)" }
            try await server.expect("one process to be left, seed \(seed)") { server.processes.services.count == 1 }
            #expect(try await project.answer("/variable/KEY") == secret, "seed \(seed)")
            let outcome = try await load.stop()
            #expect(outcome.failed == 0, "seed \(seed): \(outcome.reasons)")
            let events = try await project.events()
            #expect(events.isWithoutGap, "seed \(seed)")
            #expect(Set(events.deployedVersions).count == events.deployedVersions.count, "seed \(seed)")
            #expect(events.deployedVersions.last == last, "seed \(seed)")
            #expect(try await project.deployments().allSatisfy(\.status.isFinal), "seed \(seed)")
            let deliveries = try await server.api.deliveries().items
            #expect(deliveries.map(\.status) == Array(repeating: .processed, count: rounds + 1), "seed \(seed)")
        }
    }
}

extension ChaosTests {
    fileprivate static func service(_ round: Int) -> TestService {
        let requirements = "requires: { key: secret, db: sqlite }\nenv: { KEY: \"${requires.key.value}\" }"
        return TestService(version: "\(round)", more: requirements)
    }
}
