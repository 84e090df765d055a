import Core
import HTTPClient
import Kubernetes
import Model
import System
import TestSupport
import Testing

@testable import Drivers

/// The rights that the chart gives deployd: with all of them everything works, and without any one of them something does
/// not, and says which.
@Suite(.serialized, .needsControlPlane, .clusterServer)
struct RightsTests {
    struct Right: Hashable, Sendable, CustomStringConvertible {
        let verb: String
        let group: String
        let resource: String

        /// As errors have it.
        var description: String { "to \(verb) \(resource)\(group.isEmpty ? "" : ".\(group)") in namespace" }
    }

    /// Told before anything changes; of the others whoever needs them tells.
    private static let unplanned: Set<String> = [
        "pods/log", "events", "jobs", "statefulsets", "persistentvolumeclaims",
    ]

    @Test func eachIsNeeded() async throws {
        let rights = try RightsTests.granted()
        #expect(rights.count == 72 && Set(rights).count == rights.count)
        let whole = try await Trial(rights, "rights").complaints(without: nil)
        #expect(whole.plan == [] && whole.work == [])
        // A few at a time: each follows twelve kinds.
        var rest = rights.enumerated().makeIterator()
        try await withThrowingTaskGroup(of: Void.self) { group in
            func begin() {
                guard let (number, right) = rest.next() else { return }
                group.addTask { try await check(right, rights, "rights-\(number)") }
            }
            for _ in 0..<8 { begin() }
            while try await group.next() != nil { begin() }
        }
    }

    private func check(_ right: Right, _ rights: [Right], _ namespace: String) async throws {
        let trial = try await Trial(rights.filter { $0 != right }, namespace)
        let complaints = try await trial.complaints(without: right)
        let isPlanned = !RightsTests.unplanned.contains(right.resource)
        #expect(
            complaints.plan.contains { $0.contains("\(right)") } == isPlanned,
            "the plan without \(right): \(complaints.plan)")
        #expect(complaints.work.contains { $0.contains("\(right)") }, "the work without \(right): \(complaints.work)")
    }

    /// What deploy/helm/deployd/files/rules.yaml says.
    private static func granted() throws -> [Right] {
        let root = #filePath.split(separator: "/").dropLast(4).map { "/\($0)" }.joined()
        let text = String(
            decoding: try Files.read("\(root)/deploy/helm/deployd/files/rules.yaml", limit: 1 << 16), as: UTF8.self)
        var (rights, group, resources): ([Right], String, [String]) = ([], "", [])
        for line in text.split(separator: "\n") where line.contains("[") {
            let words = line.drop { $0 != "[" }.dropFirst().dropLast().split(separator: ",")
                .map { $0.filter { $0 != " " && $0 != "\"" } }
            if line.contains("apiGroups:") { group = words.first ?? "" }
            if line.contains("resources:") { resources = words }
            if line.contains("verbs:") {
                rights += resources.flatMap { resource in
                    words.map { Right(verb: $0, group: group, resource: resource) }
                }
            }
        }
        return rights
    }
}

/// A namespace in which a user has certain rights, and all that deployd does there with them.
private struct Trial {
    let cluster: PlayedCluster
    let session: ClusterSession

    init(_ rights: [RightsTests.Right], _ namespace: String) async throws {
        cluster = try await PlayedCluster(namespace, user: "token: reader-token")
        let rules = rights.map { right -> JSONValue in
            [
                "apiGroups": [.string(right.group)], "resources": [.string(right.resource)],
                "verbs": [.string(right.verb)],
            ]
        }
        let metadata: JSONValue = ["name": "deployd", "namespace": .string(namespace)]
        let api: JSONValue = "rbac.authorization.k8s.io/v1"
        for json: JSONValue in [
            ["apiVersion": api, "kind": "Role", "metadata": metadata, "rules": .array(rules)],
            [
                "apiVersion": api, "kind": "RoleBinding", "metadata": metadata,
                "roleRef": ["apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "deployd"],
                "subjects": [["apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "reader"]],
            ],
        ] {
            _ = try await cluster.client.apply(try cluster.object(json))
        }
        guard let driver = cluster.driver as? KubernetesDriver else { throw DeploydError(.internal, "no driver") }
        session = try await driver.session()
    }

    /// What the plan says, and what goes wrong in the work itself.
    func complaints(without right: RightsTests.Right?) async throws -> (plan: [String], work: [String]) {
        // The server's authorizer sees a new Role a moment later.
        if right == nil { _ = await eventually { await plan().isEmpty } }
        var work: [String] = []
        do { try await perform(expecting: right) } catch let error as DeploydError { work.append(error.message) }
        work += await reports()
        return (await plan(), work)
    }

    private func plan() async -> [String] {
        let entrypoint = ManifestCases.full().spec.entrypoints
        let wish = WorkloadWish(
            ports: ["http": 5000, "admin": 5001], entrypoints: entrypoint, replicas: 1,
            autoscaling: Autoscaling(minimum: 1, maximum: 3, cpuPercent: 80), limits: WorkloadLimits(),
            hasCommand: false,
            image: ImageReference(name: "example.com/a", digest: "sha256:\(String(repeating: "0", count: 64))"))
        return await cluster.driver.refusals(for: InstanceIdentity(application: "planned", target: "t"), wish)
            .filter { $0.contains("does not allow") }
    }

    /// Applies all sorts of objects, follows them, and removes them.
    private func perform(expecting right: RightsTests.Right?) async throws {
        for workload in [ManifestCases.full(), ManifestCases.autoscaled()] {
            var workload = workload
            workload.namespace = session.namespace
            let applier = applier(workload.identity)
            let items = try await applier.apply(try GoldenManifestTests.objects(workload, session.apis))
            try await follow(workload.identity, right)
            _ = try await InstanceObjects(session: session, identity: workload.identity, state: nil).all()
            try await ObjectRemover(session: session, identity: workload.identity).remove(items)
        }
        let identity = InstanceIdentity(application: "database", target: "t")
        let items = try await applier(identity).apply(try definitions(identity))
        try await follow(identity, right)
        for item in items {
            let type = try await session.client.discovery.type(
                apiVersion: item.object.apiVersion, kind: item.object.kind)
            _ = try await session.client.delete(type, namespace: session.namespace, name: item.object.name)
        }
    }

    private func applier(_ identity: InstanceIdentity) -> ObjectApplier {
        ObjectApplier(session: session, identity: identity, adopts: false, recorded: [:], clock: SystemClock())
    }

    private func follow(_ identity: InstanceIdentity, _ right: RightsTests.Right?) async throws {
        let discovery = session.client.discovery
        var types: [ResourceType] = []
        for (version, kind) in [("apps/v1", "ReplicaSet"), ("v1", "Pod")] {
            types.append(try await discovery.type(apiVersion: version, kind: kind))
        }
        try await session.view.follow(types, for: OwnershipLabels.owner(identity))
        // Only what lasts is told of a watch.
        guard let right, right.verb == "watch" else { return }
        for kind in Trial.kinds where Trial.plural(kind) == right.resource && session.view.follows(kind) {
            _ = await eventually(every: .milliseconds(200)) { session.view.gap(in: kind) != nil }
            if let error = session.view.gap(in: kind) { throw error }
        }
    }

    private static let kinds: [KindKey] =
        [.deployment, .replicaSet, .pod, .service, .secret, .job, .ingress]
        + [
            ("", "ConfigMap"), ("autoscaling", "HorizontalPodAutoscaler"), ("policy", "PodDisruptionBudget"),
            ("networking.k8s.io", "NetworkPolicy"), ("apps", "StatefulSet"), ("", "PersistentVolumeClaim"),
        ].map { KindKey(group: $0.0, kind: $0.1) }

    private static func plural(_ kind: KindKey) -> String {
        let word = kind.kind.lowercased()
        return word.hasSuffix("s") ? "\(word)es" : word.hasSuffix("y") ? "\(word.dropLast())ies" : "\(word)s"
    }

    private func definitions(_ identity: InstanceIdentity) throws -> [KubernetesObject] {
        let labels: JSONValue = ["app": "database"]
        let metadata: JSONValue = ["name": "database", "namespace": .string(session.namespace), "labels": labels]
        let claim: JSONValue = ["accessModes": ["ReadWriteOnce"], "resources": ["requests": ["storage": "1Gi"]]]
        let pod: JSONValue = [
            "metadata": ["labels": labels],
            "spec": ["containers": [["name": "database", "image": "example.com/database:1"]]],
        ]
        return try [
            ["apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": metadata, "spec": claim],
            [
                "apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": metadata,
                "spec": ["serviceName": "database", "selector": ["matchLabels": labels], "template": pod],
            ],
        ].map(cluster.object)
    }

    /// What is said of a pod that fails.
    private func reports() async -> [String] {
        let report = FailureReport(client: session.client, namespace: session.namespace, redactor: Redactor([Secret]()))
        let pod: JSONValue = [
            "apiVersion": "v1", "kind": "Pod", "metadata": ["name": "pod"],
            "status": [
                "containerStatuses": [["name": "service", "state": ["waiting": ["reason": "CrashLoopBackOff"]]]]
            ],
        ]
        let trouble = KubernetesObject(pod).flatMap { PodTrouble(PodStatus($0)) }
        return [
            await report.message("it fails", nil, pod: "pod"), await report.message("it fails", trouble, pod: "pod"),
        ]
        .filter { $0.contains("does not allow") }
    }
}
