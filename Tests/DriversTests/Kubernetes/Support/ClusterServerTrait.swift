import TestSupport
import Testing

/// One API server for all tests of a suite, on which nothing acts: the tests play the controllers.
struct ClusterServerTrait: SuiteTrait, TestScoping {
    @TaskLocal static var current: ControlPlane?

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        let plane = try await ControlPlane()
        do {
            try await ClusterServerTrait.$current.withValue(plane) { try await function() }
        } catch {
            await plane.stop()
            throw error
        }
        await plane.stop()
    }
}

extension Trait where Self == ClusterServerTrait {
    static var clusterServer: ClusterServerTrait { ClusterServerTrait() }
}

extension Trait where Self == ConditionTrait {
    static var needsControlPlane: ConditionTrait {
        .enabled(
            if: ControlPlane.assets != nil,
            "NOT RUN: tests against a real Kubernetes API server; set KUBEBUILDER_ASSETS to a folder with etcd and kube-apiserver"
        )
    }
}
