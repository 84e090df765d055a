import Core
import Kubernetes
import Model
import TestSupport
import Testing

@testable import Drivers

/// What a cluster provides itself, on a real API server where the test does what controllers do.
@Suite(.serialized, .needsControlPlane, .clusterServer)
struct KubernetesResourceTests {
    private static let kinds = [
        ("Secret", "v1"), ("Service", "v1"), ("StatefulSet", "apps/v1"), ("PersistentVolumeClaim", "v1"),
    ]

    private func versions(_ cluster: PlayedCluster, _ name: String = "hello-data") async throws -> [String] {
        var found: [String] = []
        for (kind, apiVersion) in KubernetesResourceTests.kinds {
            guard let object = try await cluster.get(kind, name, apiVersion) else { continue }
            found.append("\(kind) \(object.resourceVersion ?? "")")
        }
        return found
    }

    private func verdict(_ body: () async throws -> Void) async throws -> String? {
        do {
            try await body()
            return nil
        } catch let error as DeploydError {
            return "\(error.code.rawValue): \(error.message)"
        }
    }

    @Test(arguments: PrecannedSlug.all.indices) func bringsWhatIsPrecanned(index: Int) async throws {
        let precanned = PrecannedSlug.all[index]
        let cluster = try await PlayedCluster(precanned.slug)
        let (driver, log) = (cluster.resources(), RecordedLog())
        async let making = driver.provision(try precanned.request(), log)
        try await cluster.bringUp("hello-data")
        let made = try await making
        let outputs: [String: Resource.Output] = [
            "Service.host": .plain("hello-data.\(precanned.slug).svc"), "Service.port": .plain(precanned.port),
            "Secret.password": .secret(Secret("hunter2")),
        ]
        #expect(made.outputs == outputs)
        #expect(log.text.contains("applied Secret hello-data (new)") && !log.text.contains("hunter2"))
        let pod = try #require(
            try await cluster.get("StatefulSet", "hello-data", "apps/v1")?["spec", "template", "spec"])
        #expect(PodRules.problems(of: pod) == [])
        #expect(try precanned.definition().contains("default: \"\(precanned.image)\""))

        // Once more, also by a server that has just started: the same, and nothing is sent.
        let before = try await versions(cluster)
        #expect(before.count == 4)
        let second = RecordedLog()
        let again = try await cluster.resources().provision(try precanned.request(state: made.state), second)
        #expect(again == made)
        #expect(second.lines == [])
        #expect(try await versions(cluster) == before)
        #expect(try await driver.absence(of: try precanned.request(state: made.state)) == nil)

        try await remove(precanned, made, cluster)
    }

    private func remove(_ precanned: PrecannedSlug, _ made: ProvisionedResource, _ cluster: PlayedCluster) async throws
    {
        let (driver, log) = (cluster.resources(), RecordedLog())
        let request = try precanned.request(state: made.state)
        #expect(driver.kept(of: request) == ["PersistentVolumeClaim hello-data"])
        try await driver.remove(request, log)
        #expect(
            log.lines == [
                "removed StatefulSet hello-data", "removed Service hello-data", "removed Secret hello-data",
                "PersistentVolumeClaim hello-data stays in namespace \(precanned.slug), with what it holds",
            ])
        #expect(try await versions(cluster).count == 1)
        #expect(try await driver.absence(of: request) == "Secret hello-data is not there")
        try await driver.remove(request, RecordedLog())
        // Data that was kept is nobody else's, and nothing is made beside it.
        let refusal = try await verdict {
            _ = try await driver.provision(try precanned.request(id: "01jother"), RecordedLog())
        }
        #expect(
            refusal
                == "conflict: PersistentVolumeClaim hello-data in namespace \(precanned.slug) is of a resource (its annotation "
                + "deployd.dev/owner says of which), which may be gone and its data kept: remove it if nobody needs it, or "
                + "give the definition of '\(precanned.slug)' a value 'name' that makes another name")
        #expect(try await versions(cluster).count == 1)
    }

    @Test func readsFieldsAndFollowsTheTemplate() async throws {
        let cluster = try await PlayedCluster("fields")
        let (driver, log) = (cluster.resources(), RecordedLog())
        let settings = """
            # deployd: substitute
            {apiVersion: v1, kind: ConfigMap, metadata: {name: "${values.name}"}, data: {level: "${values.level}"}}
            ---
            {apiVersion: v1, kind: Secret, metadata: {name: extra}, stringData: {token: "${values.password}"}}
            """
        let deployment = """
            \(settings)
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: "${values.name}"}
            spec:
              replicas: ${values.count}
              selector: {matchLabels: {app: queue}}
              template:
                metadata: {labels: {app: queue}}
                spec: {containers: [{name: queue, image: "registry.example.com/queue:1"}]}
            """
        let values = ["level": "high", "count": "1", "password": "hunter2"]
        var request = ResourceRequest.of(deployment, values: values)
        request.outputs = ["ConfigMap.level", "Secret/extra.token", "Deployment.status.readyReplicas"]
        async let making = driver.provision(request, log)
        #expect(await eventually { (try? await cluster.deployment("hello-data")) != nil })
        #expect(await eventually { log.text.contains("Deployment hello-data: 0 of 1 replicas are available") })
        try await cluster.roll("hello-data")
        let made = try await making
        let outputs: [String: Resource.Output] = [
            "ConfigMap.level": .plain("high"), "Secret/extra.token": .secret(Secret("hunter2")),
            "Deployment.status.readyReplicas": .plain("1"),
        ]
        #expect(made.outputs == outputs)

        // Its application was renamed, and the template lost the Deployment: the rest has the name that it had.
        var next = ResourceRequest.of(settings, application: "other", values: values, state: made.state)
        next.outputs = ["ConfigMap.level"]
        let (second, changes) = (RecordedLog(), try await driver.provision(next, RecordedLog()))
        _ = try await driver.provision(
            ResourceRequest.of(settings, application: "other", values: values, state: changes.state), second)
        #expect(second.lines == [])
        #expect(try await cluster.deployment("hello-data") == nil)
        #expect(try await cluster.get("ConfigMap", "other-data") == nil)
        #expect(
            try await cluster.get("ConfigMap", "hello-data")?.annotations[ResourceObjects.owner]
                == "data of other on cluster")
        next.outputs = ["Deployment.status.readyReplicas"]
        #expect(
            try await verdict { _ = try await driver.provision(next, RecordedLog()) }
                == "invalid: the template has no Deployment; it has ConfigMap/hello-data, Secret/extra")
    }

    @Test func saysWhatNeverGetsReady() async throws {
        let cluster = try await PlayedCluster("never")
        let driver = cluster.resources(patience: .seconds(2))
        let request = try PrecannedSlug.all[1].request()
        #expect(
            try await verdict { _ = try await driver.provision(request, RecordedLog()) }
                == "invalid: StatefulSet hello-data: 0 of 1 replicas are ready, after 2 s")
        // Its pod says why; one that cannot be waited out ends it at once.
        let labels = try #require(
            try await cluster.get("StatefulSet", "hello-data", "apps/v1")?["spec", "template", "metadata", "labels"])
        var all = labels.object ?? [:]
        all["controller-revision-hash"] = "r1"
        let pod: JSONValue = [
            "apiVersion": "v1", "kind": "Pod",
            "metadata": [
                "name": "hello-data-0", "namespace": .string(cluster.namespace), "labels": .object(all),
            ],
            "spec": ["containers": [["name": "postgres", "image": "Postgres"]]],
        ]
        try await cluster.edit(pod, as: "kube-controller-manager")
        try await cluster.bringUp("hello-data", ready: 0)
        try await cluster.setStatus(
            "v1", "Pod", "hello-data-0",
            [
                "conditions": [
                    [
                        "type": "PodScheduled", "status": "False", "reason": "Unschedulable",
                        "message": "0/1 nodes: no volume hunter2",
                    ]
                ]
            ])
        #expect(
            try await verdict { _ = try await driver.provision(request, RecordedLog()) }
                == "invalid: StatefulSet hello-data: 0 of 1 replicas are ready: no node takes the pod: 0/1 nodes: no volume "
                + "•••, after 2 s")
        try await cluster.setStatus(
            "v1", "Pod", "hello-data-0",
            [
                "phase": "Pending", "conditions": [],
                "containerStatuses": [
                    [
                        "name": "postgres", "image": "Postgres", "imageID": "", "ready": false, "restartCount": 0,
                        "state": ["waiting": ["reason": "InvalidImageName", "message": "bad"]],
                    ]
                ],
            ])
        #expect(
            try await verdict { _ = try await cluster.resources().provision(request, RecordedLog()) }
                == "invalid: StatefulSet hello-data: 0 of 1 replicas are ready: the image Postgres cannot be used "
                + "(InvalidImageName): bad")
        // Nothing was recorded of it, and it is known by its labels all the same.
        let log = RecordedLog()
        try await driver.remove(request, log)
        #expect(log.lines.filter { $0.hasPrefix("removed") }.count == 3 && log.text.contains("hello-data stays"))
        #expect(try await versions(cluster).count == 1)
    }
}
