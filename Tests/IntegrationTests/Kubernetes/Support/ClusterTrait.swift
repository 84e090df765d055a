import TestSupport
import Testing

/// One cluster for everything in the suite.
struct ClusterTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        let cluster = try await TestCluster.start()
        do {
            try await TestCluster.$shared.withValue(cluster) { try await function() }
        } catch {
            try await cluster.stop()
            throw error
        }
        try await cluster.stop()
    }
}

extension Trait where Self == ClusterTrait {
    static var cluster: ClusterTrait { ClusterTrait() }
}

/// What needs a cluster that runs pods: `make test-kubernetes`.
@Suite(
    .cluster,
    .enabled(
        if: TestCluster.isThere,
        "SKIPPED: no cluster; see docs/testing-kubernetes.md for make test-kubernetes"))
enum ClusterTests {}
