import Client
import Core
import Kubernetes
import System
import TestSupport
import Testing

extension ClusterTests {
    /// `update: rolling`, from the first push to the end.
    @Suite struct Rolling {
        /// Versions follow each other without a failed request; what fails leaves the one before alone.
        @Test func aPushRunsAndTheNextOneFailsNoRequest() async throws {
            try await withClusterServer { server, cluster, namespace in
                let hello = try await ClusterProject(server, cluster, namespace: namespace, application: "hello")
                let service = ClusterService(name: "hello")
                try await hello.deploy(TestImage(version: "one"), service)
                let load = try await hello.load()
                let second = try await hello.deploy(TestImage(version: "two"), service)
                let outcome = try await load.stop()
                #expect(outcome.failed == 0 && Set(outcome.answers.keys) == ["one", "two"], "\(outcome)")

                let alone = try await hello.load()
                let reason = try await hello.fails(TestImage(version: "three", mode: .crashes), service)
                #expect(reason.contains("exit") && reason.contains("3"), "\(reason)")
                #expect(reason.contains("cannot open the ledger"), "\(reason)")
                let left = try await alone.stop()
                // Pods of the first version that end answer until the whole cluster knows of it.
                #expect(left.failed == 0 && left.answers["two"] != nil && left.answers["three"] == nil, "\(left)")
                #expect(try await hello.project.instance()?.version.deployed == second)
                #expect(try await hello.project.events().deployedVersions.last == second)

                let destroyed = try await server.command("destroy", "hello", "--target", "cluster", "--yes")
                #expect(destroyed.succeeded, "\(destroyed.errorText)")
                var contents = ["?"]
                try await server.expect("the namespace to be empty") {
                    contents = try await cluster.contents(of: namespace)
                    return contents.isEmpty
                }
            }
        }

        /// The cluster goes on by itself meanwhile; deployd takes up the thread again, also when it was killed.
        @Test func aRollOutGoesOnWhenTheClusterIsInReachAgain() async throws {
            let shared = try #require(TestCluster.shared)
            let directory = TemporaryDirectory("way")
            let kubeconfig = directory.appending("kubeconfig")
            let way = try await FaultyWay(shared.kubeconfig, copy: kubeconfig)
            try await withClusterServer(kubeconfig: kubeconfig) { server, cluster, namespace in
                let hello = try await ClusterProject(server, cluster, namespace: namespace, application: "reached")
                let service = ClusterService(name: "reached")
                try await hello.deploy(TestImage(version: "one"), service)
                let load = try await hello.load()
                let slow = TestImage(version: "two", mode: .startsSlowly, variables: ["DELAY_MS": "2000"])
                let second = try await hello.push(slow, service)
                try await server.expect("the new version to be rolled out") {
                    try await cluster.list("apps/v1", "ReplicaSet", in: namespace).count == 2
                }
                await way.close()
                try await server.expect("the cluster to have gone on") {
                    // Pods of the old version end only once those of the new one are ready.
                    let sets = try await cluster.list("apps/v1", "ReplicaSet", in: namespace)
                    return sets.map { $0["spec", "replicas"]?.integer ?? -1 }.sorted() == [0, 2]
                }
                #expect(try await hello.project.instance()?.version.deployed != second)
                await way.open()
                try await hello.project.runs(second)

                var next = slow
                next.version = "three"
                let third = try await hello.push(next, service)
                try await hello.project.reaches("roll out", of: third)
                try await server.kill()
                try await server.start()
                try await hello.project.runs(third)
                let outcome = try await load.stop()
                #expect(outcome.failed == 0 && Set(outcome.answers.keys) == ["one", "two", "three"], "\(outcome)")
            }
        }

        struct Broken: Sendable, CustomTestStringConvertible {
            let name: String
            let image: TestImage
            /// What the reason is to say.
            let reasons: [String]
            var deadline = "60s"
            var testDescription: String { name }
        }

        static let broken = [
            Broken(
                name: "missing", image: TestImage(version: "three", isIncomplete: true),
                reasons: ["ErrImagePull|ImagePullBackOff", "not found"]),
            Broken(
                name: "unready", image: TestImage(version: "three", mode: .isNeverReady),
                reasons: ["ready", "503"], deadline: "20s"),
            Broken(
                name: "rootuser", image: TestImage(version: "three", user: nil), reasons: ["root"]),
        ]

        @Test(arguments: broken) func aBrokenVersionIsRolledBackWithTheReason(broken: Broken) async throws {
            try await withClusterServer { server, cluster, namespace in
                let name = broken.name
                let hello = try await ClusterProject(server, cluster, namespace: namespace, application: name)
                let service = ClusterService(name: name)
                let version = try await hello.deploy(TestImage(version: "two"), service)
                let load = try await hello.load()
                let reason = try await hello.fails(
                    broken.image, ClusterService(name: name, deadline: broken.deadline))
                for text in broken.reasons {
                    #expect(text.split(separator: "|").contains { reason.contains($0) }, "\(text): \(reason)")
                }
                let outcome = try await load.stop()
                #expect(outcome.failed == 0 && Set(outcome.answers.keys) == ["two"], "\(outcome)")
                #expect(try await hello.project.instance()?.version.deployed == version)
                // The old version is what is there, not only what answers.
                try await server.expect("the old pods to be all that stay") {
                    try await cluster.list("v1", "Pod", in: namespace).count { $0.deletionTimestamp == nil } == 2
                }
            }
        }
    }
}
