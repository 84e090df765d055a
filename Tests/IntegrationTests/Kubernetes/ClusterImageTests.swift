import Client
import Core
import Kubernetes
import System
import TestSupport
import Testing

extension ClusterTests {
    /// From a push to the image that its pods run.
    @Suite struct Images {
        private static func pods(_ hello: ClusterProject) async throws -> [String: String] {
            let pods = try await hello.cluster.list("v1", "Pod", in: hello.namespace)
            return pods.filter { $0.deletionTimestamp == nil }.reduce(into: [:]) { found, pod in
                found[pod.name] = pod["spec", "containers"]?.array?.first?["image"]?.string
            }
        }

        /// The tag decides once: whatever becomes of it, a restart brings other pods of the same image.
        @Test func aReleaseKeepsTheImageOfItsTag() async throws {
            try await withClusterServer { server, cluster, namespace in
                let hello = try await ClusterProject(server, cluster, namespace: namespace, application: "tagged")
                let service = ClusterService(name: "tagged")
                let version = try await hello.project.repository.push(service.commit(image: hello.image))
                let delivery = try await hello.project.announce(version)
                let tag = "\(hello.image):\(version)"
                try await server.expect("the push to wait for its image") {
                    try await server.api.delivery(delivery).reason?.contains("waits for \(tag)") == true
                }
                let pinned = "\(hello.image)@\(try await TestImage(version: "one").push(as: tag))"
                try await hello.project.runs(version)
                let before = try await Self.pods(hello)
                #expect(before.count == 2 && Set(before.values) == [pinned], "\(before)")

                try await TestImage(version: "another").push(as: tag)
                let load = try await hello.load()
                let restarted = try await server.command("restart", "tagged", "--target", "cluster")
                #expect(restarted.succeeded, "\(restarted.errorText)")
                let after = try await Self.pods(hello)
                #expect(after.count == 2 && Set(after.values) == [pinned], "\(after)")
                #expect(Set(after.keys).isDisjoint(with: before.keys), "\(after), \(before)")
                let outcome = try await load.stop()
                #expect(outcome.failed == 0 && Set(outcome.answers.keys) == ["one"], "\(outcome)")
            }
        }
    }
}
