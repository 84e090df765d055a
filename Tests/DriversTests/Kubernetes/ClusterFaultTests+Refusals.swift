import Core
import Crypto
import Kubernetes
import Model
import TestSupport
import Testing

@testable import Drivers

/// What a cluster refuses, or has otherwise than it should be.
extension ClusterFaultTests {
    @Test func aNamespaceThatIsMissingIsNamed() async throws {
        let cluster = try await PlayedCluster("nowhere", makesNamespace: false)
        let attempt = ClusterAttempt(cluster, "v1")
        let verdict = "notFound: the namespace nowhere does not exist: make it (kubectl create namespace nowhere)"
        #expect(try await attempt.verdict {} == verdict)
        #expect(try await attempt.abandon() == nil)
        try await cluster.makeNamespace()
        let state = try await ClusterAttempt(cluster, "v1").run { try await cluster.roll() }
        try await expectWhole(cluster, "v1", state)
    }

    /// Its end is waited for, by trying again; then it is missing.
    @Test func aNamespaceThatIsBeingDeletedIsNamed() async throws {
        let cluster = try await PlayedCluster("ending")
        let namespaces = try await cluster.client.discovery.type(apiVersion: "v1", kind: "Namespace")
        _ = try await cluster.client.delete(namespaces, name: "ending")
        let verdict =
            "unavailable: the namespace ending is being deleted: wait for its end, and make it anew"
        #expect(try await ClusterAttempt(cluster, "v1").verdict {} == verdict)
        let type = try await cluster.client.discovery.type(apiVersion: "v1", kind: "ConfigMap")
        #expect(try await cluster.client.list(type, namespace: "ending").items.map(\.name) == [])
        #expect(try await cluster.deployment() == nil)
        // As the namespaces' controller ends it.
        let end = #"{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"ending"},"spec":{"finalizers":[]}}"#
        try await ChildProcess.output(of: [
            "curl", "-skf", "-X", "PUT", "-H", "Authorization: Bearer admin-token", "-H",
            "Content-Type: application/json", "-d", end, "\(plane.url)/api/v1/namespaces/ending/finalize",
        ])
        #expect(
            try await eventually(every: .milliseconds(100)) {
                try await ClusterAttempt(cluster, "v1").verdict {}?.contains("ending does not exist") == true
            })
        try await cluster.makeNamespace()
        let state = try await ClusterAttempt(cluster, "v1").run { try await cluster.roll() }
        try await expectWhole(cluster, "v1", state)
    }

    @Test func aDenialOfAnAdmissionWebhookIsToldInItsWords() async throws {
        let cluster = try await PlayedCluster("denied")
        let state = try await ClusterAttempt(cluster, "v1").run { try await cluster.roll() }
        let before = try await cluster.deployment()
        let port = try FreePort.find()
        let webhook = try await TestPart(
            "admission", "\(port)", plane.path("server.crt"), plane.path("server.key"), "no deployments on Sundays")
        try await deny(cluster, port)
        let deployments = try await cluster.client.discovery.type(apiVersion: "apps/v1", kind: "Deployment")
        // The server sees a new webhook a moment later.
        #expect(
            await eventually(within: .seconds(30)) {
                let change: JSONValue = ["metadata": ["annotations": ["a": "b"]]]
                return
                    (try? await cluster.client.patch(
                        deployments, namespace: "denied", name: "hello", .merge(change), dryRun: true)) == nil
            })
        let second = ClusterAttempt(cluster, "v2", previous: state)
        let verdict =
            "forbidden: the cluster's admission webhook \"denied.example.com\" denied the request: no deployments on Sundays"
        #expect(try await second.verdict {} == verdict)
        let restored = try #require(try await second.abandon())
        #expect(second.log.lines.last == "version v1 goes on serving", "\(second.log.lines)")
        #expect(try await cluster.deployment()?.generation == before?.generation)
        try await expectWhole(cluster, "v1", restored)
        let configurations = try await cluster.client.discovery.type(
            apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingWebhookConfiguration")
        _ = try await cluster.client.delete(configurations, name: "denied")
        withExtendedLifetime(webhook) {}
    }

    /// Has every change of a Deployment decided by a webhook on this machine.
    private func deny(_ cluster: PlayedCluster, _ port: Int) async throws {
        let authority = Base64.encode(Array(TextFile.read(plane.path("ca.crt")).utf8))
        let webhook: JSONValue = [
            "name": "denied.example.com", "admissionReviewVersions": ["v1"], "sideEffects": "None",
            "failurePolicy": "Fail", "timeoutSeconds": 5,
            "rules": [
                [
                    "apiGroups": ["apps"], "apiVersions": ["v1"], "operations": ["CREATE", "UPDATE"],
                    "resources": ["deployments"],
                ]
            ],
            "clientConfig": ["url": .string("https://127.0.0.1:\(port)/"), "caBundle": .string(authority)],
            "namespaceSelector": ["matchLabels": ["test": .string(cluster.namespace)]],
        ]
        let configuration: JSONValue = [
            "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration",
            "metadata": ["name": "denied"], "webhooks": [webhook],
        ]
        _ = try await cluster.client.apply(try cluster.object(configuration))
    }

    /// A field that somebody else has set, and that deployd never had, stays theirs until it may be taken over.
    @Test func aFieldOfSomebodyElseIsLeftToThem() async throws {
        let cluster = try await PlayedCluster("fields")
        let state = try await ClusterAttempt(cluster, "v1").run { try await cluster.roll() }
        try await cluster.edit(
            [
                "apiVersion": "apps/v1", "kind": "Deployment",
                "metadata": ["name": "hello", "namespace": .string(cluster.namespace)],
                "spec": ["template": ["spec": ["containers": [["name": "hello", "command": ["theirs"]]]]]],
            ], as: "somebody")
        try await cluster.roll()
        var second = ClusterAttempt(cluster, "v2", previous: state)
        second.command = ["ours"]
        let field = ".spec.template.spec.containers[name=\"hello\"].command (somebody)"
        let verdict =
            "conflict: others manage fields of deployments.apps hello in namespace fields that would change: \(field): "
            + "leave these fields to them, or have them taken over with adopt: true in deploy.kubernetes of deployd.yaml"
        #expect(try await second.verdict {} == verdict)
        let restored = try #require(try await second.abandon())
        try await expectWhole(cluster, "v1", restored)
        var third = ClusterAttempt(cluster, "v3", previous: restored)
        third.command = ["ours"]
        third.adopts = true
        let next = try await third.run { try await cluster.roll() }
        try await expectWhole(cluster, "v3", next)
    }

    /// Others write to the same object all the time.
    @Test func conflictsWithOtherWritersAreOvercome() async throws {
        let cluster = try await PlayedCluster("busy")
        var state = try await ClusterAttempt(cluster, "v1").run { try await cluster.roll() }
        let writers = (0..<4).map { number in
            Task {
                var count = 0
                while !Task.isCancelled {
                    count += 1
                    let change: JSONValue = [
                        "metadata": ["annotations": ["example.com/\(number)": .string("\(count)")]]
                    ]
                    try? await cluster.patch("Deployment", "hello", "apps/v1", change)
                }
            }
        }
        for version in ["v2", "v3"] {
            let attempt = ClusterAttempt(cluster, version, previous: state)
            let items = try await attempt.apply()
            #expect(items.contains("applied Deployment hello"), "\(items)")
        }
        for writer in writers {
            writer.cancel()
            await writer.value
        }
        state = try await ClusterAttempt(cluster, "v3", previous: state).run { try await cluster.roll() }
        try await expectWhole(cluster, "v3", state)
    }

    @Test func anObjectWaitsForItsDefinition() async throws {
        let folder = [
            "k8s/a-wish.yaml":
                "apiVersion: test.example.com/v1\nkind: Wish\nmetadata: { name: first }\nspec: { text: peace }\n",
            "k8s/b-definition.yaml": ClusterFaultTests.definition("test.example.com"),
        ]
        let cluster = try await PlayedCluster("defining", files: folder)
        var attempt = ClusterAttempt(cluster, "v1")
        attempt.manifests = "k8s"
        let state = try await attempt.run { try await cluster.roll() }
        let wish = try await cluster.get("Wish", "first", "test.example.com/v1")
        #expect(wish?["spec", "text"]?.string == "peace")
        try await expectWhole(cluster, "v1", state)
    }

    /// What goes with an application, and what stays; also where what was recorded of it is lost.
    @Test func saysWhatStaysAndKeepsIt() async throws {
        let folder = [
            "k8s/b-definition.yaml": ClusterFaultTests.definition("kept.example.com"),
            "k8s/c-data.yaml": ClusterFaultTests.claim, "k8s/d-kept.yaml": ClusterFaultTests.kept,
        ]
        let cluster = try await PlayedCluster("keeping", files: folder)
        var attempt = ClusterAttempt(cluster, "v1")
        attempt.manifests = "k8s"
        let state = try await attempt.run { try await cluster.roll() }
        let belongings = try await cluster.driver.belongings(of: attempt.instance, workload: state)
        #expect(
            Set(belongings).isSuperset(of: [
                "CustomResourceDefinition wishes.kept.example.com (stays)", "PersistentVolumeClaim data (stays)",
                "ConfigMap kept (stays)", "Deployment hello", "Service hello",
            ]), "\(belongings)")
        for recorded in [nil, state] {
            try await cluster.driver.destroy(attempt.instance, workload: recorded)
            let gone = [try await cluster.deployment(), try await cluster.get("Service", "hello")]
            #expect(gone == [nil, nil])
            #expect(try await cluster.get("ConfigMap", "kept") != nil)
            #expect(try await cluster.get("PersistentVolumeClaim", "data") != nil)
        }
    }

    @Test func aKindThatNobodyDefinesIsNamed() async throws {
        let wish = "apiVersion: nobody.example.com/v1\nkind: Wish\nmetadata: { name: first }\n"
        let cluster = try await PlayedCluster("undefined", files: ["k8s/wish.yaml": wish])
        var attempt = ClusterAttempt(cluster, "v1")
        attempt.manifests = "k8s"
        let verdict = try await attempt.verdict {}
        #expect(verdict?.hasPrefix("notFound: ") == true, "\(verdict ?? "-")")
        #expect(verdict?.contains("has no API group 'nobody.example.com' for Wish") == true, "\(verdict ?? "-")")
        #expect(try await cluster.get("Service", "hello") == nil)
    }

    private static let claim = """
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata: { name: data }
        spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }

        """

    private static let kept = """
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: kept, annotations: { helm.sh/resource-policy: keep } }

        """

    private static func definition(_ group: String) -> String {
        """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: { name: wishes.\(group) }
        spec:
          group: \(group)
          scope: Namespaced
          names: { kind: Wish, plural: wishes, singular: wish }
          versions:
            - name: v1
              served: true
              storage: true
              schema:
                openAPIV3Schema:
                  type: object
                  properties:
                    spec: { type: object, properties: { text: { type: string } } }

        """
    }
}
