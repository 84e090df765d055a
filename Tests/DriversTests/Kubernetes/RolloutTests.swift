import Core
import Kubernetes
import Model
import Testing

@testable import Drivers

/// What is told of pods that do not come up, from what a kubelet writes.
struct RolloutTests {
    private func trouble(_ container: JSONValue, conditions: JSONValue = []) throws -> String? {
        var members = container.object ?? [:]
        members["name"] = "app"
        members["image"] = "registry.example.com/hello@sha256:12"
        let pod = try #require(
            KubernetesObject([
                "apiVersion": "v1", "kind": "Pod", "metadata": ["name": "p"],
                "status": [
                    "phase": "Pending", "conditions": conditions,
                    "containerStatuses": container == .null ? [] : [.object(members)],
                ],
            ]))
        return PodTrouble(PodStatus(pod)).map { trouble in
            let log = trouble.container.map { _ in trouble.isOfPreviousRun ? " +log of before" : " +log" } ?? ""
            return "\(trouble.certainty): \(trouble.sentence)\(log)"
        }
    }

    private func waiting(_ reason: String, _ message: String = "", _ more: [String: JSONValue] = [:]) -> JSONValue {
        .object(
            more.merging(["state": ["waiting": ["reason": .string(reason), "message": .string(message)]]]) { $1 })
    }

    private func ended(_ code: Int64, _ reason: String = "Error", restarts: Int64, now: Bool = false) -> JSONValue {
        let end: JSONValue = ["terminated": ["exitCode": .integer(code), "reason": .string(reason), "message": "m"]]
        return now
            ? ["restartCount": .integer(restarts), "state": end]
            : ["restartCount": .integer(restarts), "lastState": end, "state": ["running": [:]]]
    }

    @Test func saysWhatKeepsPodsFromServing() throws {
        let image = "registry.example.com/hello@sha256:12"
        let before = ended(3, restarts: 4).object ?? [:]
        let cases: [(JSONValue, String?)] = [
            (["ready": true, "state": ["running": [:]]], nil),
            (waiting("ContainerCreating"), nil),
            (waiting("InvalidImageName", "bad"), "verdict: the image \(image) cannot be used (InvalidImageName): bad"),
            (
                waiting("ErrImagePull", "manifest unknown: not found"),
                "verdict: the image \(image) cannot be pulled (ErrImagePull): manifest unknown: not found"
            ),
            (
                waiting("ErrImagePull", "dial tcp: i/o timeout"),
                "passing: the image \(image) cannot be pulled (ErrImagePull): dial tcp: i/o timeout"
            ),
            (
                waiting("ImagePullBackOff", "Back-off"),
                "verdict: the image \(image) cannot be pulled (ImagePullBackOff): Back-off"
            ),
            (
                waiting("CrashLoopBackOff", "back-off 10s", before),
                "verdict: the container exited 5 times with code 3 (CrashLoopBackOff) +log of before"
            ),
            (ended(1, restarts: 0, now: true), "passing: the container exited with code 1 +log"),
            (ended(1, restarts: 1), "passing: the container exited 2 times with code 1 +log of before"),
            (ended(1, restarts: 2), "verdict: the container exited 3 times with code 1 +log of before"),
            (
                ended(137, "OOMKilled", restarts: 2),
                "verdict: the container was killed 3 times for want of memory (OOMKilled): raise limits.memory in "
                    + "deployd.yaml +log of before"
            ),
            (ended(139, restarts: 2), "verdict: the container ended 3 times with code 139 (signal 11) +log of before"),
            (
                ended(128, "StartError", restarts: 0, now: true),
                "verdict: the container's command cannot be started (code 128): m +log"
            ),
            (
                waiting("CreateContainerConfigError", "secret \"x\" not found"),
                "verdict: the container cannot be made (CreateContainerConfigError): secret \"x\" not found"
            ),
            (
                waiting("CreateContainerConfigError", "container has runAsNonRoot and image will run as root"),
                "verdict: the image's user is root, and containers run as another one: set USER to a number in the "
                    + "Dockerfile, or deploy.kubernetes.user in deployd.yaml (container has runAsNonRoot and image will "
                    + "run as root)"
            ),
        ]
        for (container, expected) in cases { #expect(try trouble(container) == expected) }
        let unschedulable: JSONValue = [
            ["type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/3 nodes: cpu"]
        ]
        #expect(try trouble(.null, conditions: unschedulable) == "waits: no node takes the pod: 0/3 nodes: cpu")
    }

    @Test func tellsFieldsThatOthersHaveChanged() throws {
        let applied = try #require(
            KubernetesObject([
                "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "hello", "labels": ["a": "b"]],
                "spec": [
                    "replicas": 2,
                    "template": [
                        "spec": [
                            "containers": [
                                [
                                    "name": "app", "image": "x:1", "args": ["a", "b"],
                                    "resources": ["limits": ["cpu": "1000m"]], "env": [["name": "A", "value": "1"]],
                                    "ports": [["containerPort": 80, "protocol": "TCP"]],
                                ]
                            ]
                        ]
                    ],
                ],
            ]))
        var live = applied
        live.set(["spec", "replicas"], 5)
        live.set(
            ["spec", "template", "spec", "containers"],
            [
                [
                    "name": "app", "image": "x:1", "args": ["a", "b"], "imagePullPolicy": "Always",
                    "resources": ["limits": ["cpu": "1"]], "env": [],
                    "ports": [["containerPort": 80, "protocol": "TCP"]],
                ]
            ])
        let container: JSONValue = [
            ".": [:], "f:name": [:], "f:image": [:], "f:args": [:],
            "f:resources": ["f:limits": ["f:cpu": [:]]],
            "f:ports": [
                "k:{\"containerPort\":80,\"protocol\":\"TCP\"}": [".": [:], "f:containerPort": [:], "f:protocol": [:]]
            ],
        ]
        live.set(
            ["metadata", "managedFields"],
            [
                [
                    "manager": "deployd", "operation": "Apply",
                    "fieldsV1": [
                        "f:metadata": ["f:labels": ["f:a": [:]]],
                        "f:spec": [
                            "f:template": ["f:spec": ["f:containers": ["k:{\"name\":\"app\"}": container]]]
                        ],
                    ],
                ],
                [
                    "manager": "kubectl-scale", "operation": "Update", "time": "2026-01-01T00:00:00Z",
                    "fieldsV1": ["f:spec": ["f:replicas": [:]]],
                ],
            ])
        #expect(
            FieldDrift(of: applied, live: live).fields.map { "\($0.object) \($0.field ?? "") \($0.manager ?? "?")" }
                == [
                    "Deployment hello spec.replicas kubectl-scale",
                    "Deployment hello spec.template.spec.containers[name=\"app\"].env[name=\"A\"] kubectl-scale",
                ])
        // Somebody has set it back: it is theirs now, and as it should be.
        live.set(["spec", "replicas"], 2)
        #expect(
            FieldDrift(of: applied, live: live).fields.map(\.field) == [
                "spec.template.spec.containers[name=\"app\"].env[name=\"A\"]"
            ])
    }

    @Test func findsFieldsByTheNamesThatServersGive() throws {
        let json: JSONValue = [
            "metadata": ["labels": ["app.kubernetes.io/name": "x"]],
            "spec": [
                "replicas": 1, "containers": [["name": "app", "ports": [["containerPort": 80]]]], "finalizers": ["a"],
            ],
        ]
        let cases = [
            (".spec.replicas", true), (".spec.paused", false), (".metadata.labels.app.kubernetes.io/name", true),
            (".metadata.labels.app", false), (".spec.containers[name=\"app\"].ports", true),
            (".spec.containers[name=\"other\"].ports", false),
            (".spec.containers[name=\"app\"].ports[containerPort=80,protocol=\"TCP\"].containerPort", true),
            (".spec.finalizers[=\"a\"]", true), (".spec.finalizers[=\"b\"]", false),
        ]
        #expect(cases.filter { FieldPath.exists($0.0, in: json) != $0.1 }.map(\.0) == [])
    }

    @Test func readsLogsFromWhereTheyWereReadTo() {
        let log = PodLog(
            Array("2026-01-01T00:00:00.000000001Z a\n2026-01-01T00:00:00.000000002Z b c\n2026-01-01T00:00:01Z \n".utf8))
        let all = log.chunk(after: nil, maximumBytes: 100, Redactor([]))
        let second = 1_767_225_600 * 1_000_000_000
        #expect(all == LogChunk(bytes: Array("a\nb c\n\n".utf8), next: second + 1_000_000_000))
        let later = log.chunk(after: second + 1, maximumBytes: 4, Redactor([]))
        #expect(later == LogChunk(bytes: Array("b c\n".utf8), next: second + 2))
        #expect(log.chunk(after: all.next, maximumBytes: 100, Redactor([])) == LogChunk(bytes: [], next: all.next))
    }
}
