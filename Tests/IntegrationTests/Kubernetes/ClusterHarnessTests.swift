import Core
import Kubernetes
import TestSupport
import Testing

extension ClusterTests {
    /// That the cluster, the images and the load can tell good from bad, without deployd.
    @Suite struct Harness {
        private static func deployment(_ image: String) -> JSONValue {
            [
                "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "plain"],
                "spec": [
                    "replicas": 2, "selector": ["matchLabels": ["app": "plain"]],
                    "template": [
                        "metadata": ["labels": ["app": "plain"]],
                        "spec": [
                            "securityContext": ["runAsNonRoot": true],
                            "containers": [
                                [
                                    "name": "plain", "image": .string(image),
                                    "readinessProbe": [
                                        "httpGet": ["path": "/healthz", "port": 5000], "periodSeconds": 1,
                                    ],
                                ]
                            ],
                        ],
                    ],
                ],
            ]
        }

        private static let service: JSONValue = [
            "apiVersion": "v1", "kind": "Service", "metadata": ["name": "plain"],
            "spec": ["selector": ["app": "plain"], "ports": [["port": 80, "targetPort": 5000, "protocol": "TCP"]]],
        ]

        private static func apply(_ json: JSONValue, in namespace: String, _ cluster: TestCluster) async throws {
            var object = try #require(KubernetesObject(json))
            object.set(["metadata", "namespace"], .string(namespace))
            _ = try await cluster.client.apply(object)
        }

        /// Waits until every pod is of this image and ready.
        private static func runs(_ image: String, in namespace: String, _ cluster: TestCluster) async throws {
            let isDone = try await eventually(every: .milliseconds(100)) {
                let pods = try await cluster.list("v1", "Pod", in: namespace).filter { $0.deletionTimestamp == nil }
                return pods.count == 2
                    && pods.allSatisfy { pod in
                        pod["spec", "containers"]?.array?.first?["image"]?.string == image
                            && pod["status", "containerStatuses"]?.array?.first?["ready"]?.bool == true
                    }
            }
            try #require(isDone, "pods of \(image)")
        }

        /// The service answers on for a while after SIGTERM; the one of `DRAIN_MS=0` does not, and requests are lost.
        @Test(arguments: [(6000, true), (0, false)])
        func aLoadCountsWhatIsLost(drain: Int, isWhole: Bool) async throws {
            let cluster = try #require(TestCluster.shared)
            try await cluster.withNamespace { namespace in
                let directory = TemporaryDirectory("load")
                var names: [String] = []
                for version in ["one", "two"] {
                    let image = TestImage(version: version, variables: ["DRAIN_MS": "\(drain)"])
                    let name = "\(cluster.registry)/plain-\(drain)"
                    names.append("\(name)@\(try await image.push(as: "\(name):\(version)"))")
                }
                try await Self.apply(Self.deployment(names[0]), in: namespace, cluster)
                try await Self.apply(Self.service, in: namespace, cluster)
                try await Self.runs(names[0], in: namespace, cluster)
                let load = try await cluster.load("plain", in: namespace, directory: directory.path)
                try await Self.apply(Self.deployment(names[1]), in: namespace, cluster)
                try await Self.runs(names[1], in: namespace, cluster)
                let outcome = try await load.stop()
                #expect((outcome.failed == 0) == isWhole, "\(outcome)")
                #expect(Set(outcome.answers.keys) == ["one", "two"], "\(outcome)")
            }
        }
    }
}
