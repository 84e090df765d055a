public import Testing

/// One API server for all tests of a suite, on which nothing acts: the tests play the controllers.
public struct ClusterServerTrait: SuiteTrait, TestScoping {
    @TaskLocal public static var current: ControlPlane?

    public func provideScope(
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
    public static var clusterServer: ClusterServerTrait { ClusterServerTrait() }
}

extension Trait where Self == ConditionTrait {
    public static var needsControlPlane: ConditionTrait {
        .enabled(
            if: ControlPlane.assets != nil,
            "NOT RUN: tests against a real Kubernetes API server; set KUBEBUILDER_ASSETS to a folder with etcd and kube-apiserver"
        )
    }
}
