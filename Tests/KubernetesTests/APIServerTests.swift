import Core
import HTTPClient
import Synchronization
import TestSupport
import Testing

@testable import Kubernetes

/// Against a real API server.
@Suite(.serialized, .needsControlPlane, .clusterServer)
struct APIServerTests {
    private let plane: ControlPlane
    private let parts: Parts
    private let client: KubernetesClient

    init() throws {
        plane = try #require(ClusterServerTrait.current)
        parts = try Parts()
        client = parts.client(plane.connection())
    }

    /// A namespace of a test's own.
    private func namespace(_ name: String) async throws -> String {
        let object = try #require(
            KubernetesObject(["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]]))
        _ = try await client.apply(object)
        return name
    }

    @Test func appliesAndSaysWhoElseDoes() async throws {
        let space = try await namespace("apply")
        func object(_ a: String) throws -> KubernetesObject { try configMap("c", ["a": a], namespace: space) }
        let first = try await client.apply(object("1"))
        let second = try await client.apply(object("1"))
        #expect([first.isNew, second.isNew] == [true, false] && first.object.uid == second.object.uid)
        #expect(first.object.managers.map { "\($0.name) \($0.applies) \($0.fields)" } == ["deployd true [\".data.a\"]"])
        let tried = try await client.apply(object("2"), ApplyOptions(dryRun: true))
        #expect(tried.object["data", "a"] == "2")
        _ = try await client.apply(object("3"), ApplyOptions(fieldManager: "other", force: true))
        let conflict = await #expect(throws: DeploydError.self) { try await client.apply(object("4")) }
        #expect(conflict?.code == .conflict)
        #expect(conflict?.apiStatus?.fieldConflicts == [FieldConflict(field: ".data.a", manager: "other")])
        #expect(
            conflict?.message
                == "others manage fields of configmaps c in namespace apply that would change: .data.a (other)")
        let forced = try await client.apply(object("5"), ApplyOptions(force: true))
        #expect(forced.object["data", "a"] == "5")
        #expect(try await client.get(first.object.reference)?["data", "a"] == "5")
    }

    @Test func saysWhatIsRefused() async throws {
        let space = try await namespace("refused")
        let cases: [(JSONValue, DeploydError.Code, String)] = [
            (
                ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "a", "namespace": "nowhere"]], .notFound,
                "the namespace nowhere does not exist: make it (kubectl create namespace nowhere)"
            ),
            (
                [
                    "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "a", "namespace": .string(space)],
                    "data": ["a b": "c"],
                ],
                .invalid, "the control plane refuses configmaps a in namespace refused: data[a b]: "
            ),
            (
                ["apiVersion": "apps/v7", "kind": "Deployment", "metadata": ["name": "a"]], .notFound,
                "the control plane has no apps/v7 for Deployment: it has apps/v1"
            ),
            (
                ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "a", "namespace": "b"]], .invalid,
                "Namespace a is of the whole cluster: leave metadata.namespace out"
            ),
            (["apiVersion": "v1", "kind": "ConfigMap", "metadata": [:]], .invalid, "a ConfigMap has no metadata.name"),
        ]
        for (json, code, message) in cases {
            let object = try #require(KubernetesObject(json))
            let error = await #expect(throws: DeploydError.self) { try await client.apply(object) }
            #expect(error?.code == code && error?.message.hasPrefix(message) == true, "\(String(describing: error))")
        }
        #expect(try await client.get(configMaps, namespace: space, name: "none") == nil)
        #expect(try await client.version().isAtLeast(1, 20))
    }

    @Test func listsPageByPage() async throws {
        let space = try await namespace("pages")
        for number in 0..<7 {
            var object = try configMap("c\(number)", [:], namespace: space)
            object.set(["metadata", "labels"], ["odd": .string(number % 2 == 1 ? "yes" : "no")])
            _ = try await client.apply(object)
        }
        func names(_ options: ListOptions) async throws -> [String] {
            try await client.list(configMaps, namespace: space, options).items.map(\.name)
        }
        #expect(try await names(ListOptions(pageSize: 3)) == (0..<7).map { "c\($0)" })
        #expect(try await names(ListOptions(labelSelector: "odd=yes", pageSize: 2)) == ["c1", "c3", "c5"])
        #expect(try await names(ListOptions(fieldSelector: "metadata.name=c4", onlyMetadata: true)) == ["c4"])
    }

    @Test func watchesWithBookmarks() async throws {
        let space = try await namespace("bookmarks")
        let list = try await client.list(configMaps, namespace: space)
        let stream = try await client.watch(
            configMaps, namespace: space, from: list.resourceVersion, duration: .seconds(6), idleTimeout: .seconds(60))
        _ = try await client.apply(configMap("a", [:], namespace: space))
        var events: [String] = []
        for try await event in stream {
            switch event {
            case .added(let object): events.append("added \(object.name) \(object.kind)")
            case .bookmark: events.append("bookmark")
            default: events.append("\(event)")
            }
        }
        // Until the server ended it; how many bookmarks come is its own affair.
        #expect(events.prefix(2) == ["added a ConfigMap", "bookmark"])
        #expect(events.dropFirst().allSatisfy { $0 == "bookmark" })
    }

    /// A connection that was too old to be used again was once looked for among those of watches.
    @Test func asksBesideAWatchAfterAPause() async throws {
        let limits = ClientLimits(attemptTimeout: .seconds(5))
        let client = try Parts(session: HTTPClientSession(idleLimit: .seconds(1)))
            .client(plane.connection(), limits: limits)
        let list = try await client.list(configMaps, namespace: "default")
        let stream = try await client.watch(
            configMaps, namespace: "default", from: list.resourceVersion, duration: .seconds(60),
            idleTimeout: .seconds(60))
        #expect(try await client.list(configMaps, namespace: "default").items == list.items)
        // libcurl counts whole seconds.
        try await Task.sleep(for: .seconds(3))
        #expect(try await client.list(configMaps, namespace: "default").items == list.items)
        withExtendedLifetime(stream) {}
    }

    @Test func deletesTheObjectThatIsMeant() async throws {
        let space = try await namespace("delete")
        var object = try configMap("a", [:], namespace: space)
        object.set(["metadata", "finalizers"], ["example.com/keep"])
        let made = try await client.apply(object).object
        let error = await #expect(throws: DeploydError.self) {
            try await client.delete(made.reference, DeleteOptions(uid: "another"))
        }
        #expect(error?.code == .preconditionFailed)
        guard case .underWay = try await client.delete(made.reference, DeleteOptions(uid: made.uid)) else {
            Issue.record("its finalizer keeps it")
            return
        }
        _ = try await client.patch(
            configMaps, namespace: space, name: "a", .merge(["metadata": ["finalizers": nil]]))
        #expect(try await client.delete(made.reference) == .wasAbsent)
        let plain = try await client.apply(configMap("b", [:], namespace: space)).object
        #expect(try await client.delete(plain.reference, DeleteOptions(dryRun: true)) == .removed)
        #expect(try await client.delete(plain.reference, DeleteOptions(propagation: .foreground)) != .wasAbsent)
    }

    @Test func patchesInEachForm() async throws {
        let space = try await namespace("patch")
        _ = try await client.create(configMap("a", ["x": "1"], namespace: space))
        let again = await #expect(throws: DeploydError.self) {
            try await client.create(configMap("a", [:], namespace: space))
        }
        #expect(again?.apiStatus?.alreadyExists == true)
        let patches: [ObjectPatch] = [
            .strategic(["data": ["y": "2"]]), .merge(["data": ["x": nil]]),
            .json([["op": "add", "path": "/data/z", "value": "3"]]),
        ]
        for patch in patches { _ = try await client.patch(configMaps, namespace: space, name: "a", patch) }
        #expect(try await client.get(configMaps, namespace: space, name: "a")?["data"] == ["y": "2", "z": "3"])
    }

    @Test func saysWhichRightIsMissing() async throws {
        let reader = parts.client(plane.connection(token: "reader"))
        let error = await #expect(throws: DeploydError.self) { try await reader.list(configMaps, namespace: "default") }
        #expect(
            error?.message
                == "the cluster does not allow reader to list configmaps in namespace default: add "
                + #"{apiGroups: [""], resources: ["configmaps"], verbs: ["list"]} to a Role in namespace default "#
                + "bound to it")
        let question = AccessQuestion(verb: "list", resource: "configmaps", namespace: "default")
        #expect(try await !reader.mayI(question).isAllowed)
        #expect(try await parts.client(plane.connection(token: "admin")).mayI(question).isAllowed)
    }

    @Test func readsATokenThatWasReplaced() async throws {
        let directory = TemporaryDirectory("rotation")
        let path = directory.appending("token")
        try write("from-yesterday", to: path)
        let client = parts.client(
            ClusterConnection(
                name: "the control plane", server: plane.url, authorities: .file(plane.path("ca.crt")),
                credential: CredentialSource(authorization: .tokenFile(path))))
        let error = await #expect(throws: DeploydError.self) { try await client.list(configMaps, namespace: "default") }
        #expect(error?.code == .unauthenticated)
        try write(ControlPlane.tokens["admin"] ?? "", to: path)
        _ = try await client.list(configMaps, namespace: "default")
    }

    @Test func trustsOnlyWhomItIsTold() async throws {
        var connection = plane.connection()
        connection = ClusterConnection(
            name: "the control plane", server: connection.server, credential: connection.credential)
        let error = await #expect(throws: DeploydError.self) { try await parts.client(connection).version() }
        #expect(error?.code == .unavailable && error?.message.contains("no TLS connection") == true)
        let named = ClusterConnection(
            name: "the control plane", server: connection.server, authorities: .file(plane.path("ca.crt")),
            serverName: "kubernetes", credential: connection.credential)
        _ = try await parts.client(named).version()
    }

    /// The kind is found though the server did not have it when it was asked first.
    @Test func findsADefinitionThatCameLater() async throws {
        let clock = ManualClock()
        let client = parts.client(plane.connection(), clock: clock)
        #expect(try await !client.discovery.serves(apiVersion: "example.com/v1", kind: "Thing"))
        let definition = try #require(
            KubernetesObject([
                "apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition",
                "metadata": ["name": "things.example.com"],
                "spec": [
                    "group": "example.com", "scope": "Cluster",
                    "names": ["kind": "Thing", "plural": "things", "singular": "thing"],
                    "versions": [
                        [
                            "name": "v1", "served": true, "storage": true,
                            "schema": ["openAPIV3Schema": ["type": "object"]],
                        ]
                    ],
                ],
            ]))
        _ = try await client.apply(definition)
        #expect(
            try await eventually(every: .milliseconds(100)) {
                clock.advance(by: .seconds(6))
                return try await client.discovery.serves(apiVersion: "example.com/v1", kind: "Thing")
            })
        let thing = try #require(
            KubernetesObject(["apiVersion": "example.com/v1", "kind": "Thing", "metadata": ["name": "a"]]))
        #expect(await eventually { (try? await client.apply(thing))?.object.name == "a" })
    }

    /// Everything is known again after the server was killed, also what changed when nobody watched.
    @Test func watchesThroughARestart() async throws {
        let space = try await namespace("restart")
        _ = try await client.apply(configMap("before", [:], namespace: space))
        let known = Mutex<(names: Set<String>, interruptions: Int, resumptions: Int)>(([], 0, 0))
        let watch = ObjectWatch(client, configMaps, namespace: space)
        let task = Task {
            try await watch.run { update in
                known.withLock { known in
                    switch update {
                    case .all(let objects): known.names = Set(objects.map(\.name))
                    case .changed(let object): known.names.insert(object.name)
                    case .removed(let object): known.names.remove(object.name)
                    case .interrupted: known.interruptions += 1
                    case .resumed: known.resumptions += 1
                    }
                }
            }
        }
        #expect(await eventually { known.withLock(\.names) == ["before"] })
        _ = try await client.apply(configMap("live", [:], namespace: space))
        #expect(await eventually { known.withLock(\.names) == ["before", "live"] })
        await plane.killServer()
        #expect(await eventually { known.withLock(\.interruptions) == 1 })
        try await plane.startServer()
        let other = parts.client(plane.connection())
        // A server that was started again remembers nothing of what was before.
        let old = try await other.watch(
            configMaps, namespace: space, from: "2", duration: .seconds(5), idleTimeout: .seconds(60))
        let error = await #expect(throws: DeploydError.self) { for try await _ in old {} }
        #expect(error?.apiStatus?.isExpired == true)
        _ = try await other.delete(configMaps, namespace: space, name: "before")
        _ = try await other.apply(configMap("after", [:], namespace: space))
        #expect(await eventually { known.withLock(\.names) == ["live", "after"] })
        #expect(await eventually { known.withLock(\.resumptions) == 1 })
        task.cancel()
        _ = await task.result
    }
}
