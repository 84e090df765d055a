import Core
import Kubernetes
import Model
import TestSupport
import Testing

@testable import Drivers

/// What goes wrong between deployd and a real API server: it goes on by itself when that is over, or fails with a sentence
/// that says what to do, and nothing is half done.
@Suite(.serialized, .needsControlPlane, .clusterServer)
struct ClusterFaultTests {
    let plane: ControlPlane

    init() throws { plane = try #require(ClusterServerTrait.current) }

    /// That exactly this version is there, and healthy.
    func expectWhole(
        _ cluster: PlayedCluster, _ version: String, _ state: Secret, _ location: SourceLocation = #_sourceLocation
    ) async throws {
        var seen = ""
        let isWhole = await eventually(within: .seconds(30)) {
            do {
                let found = try await cluster.driver.observe(
                    state, of: InstanceIdentity(application: "hello", target: "cluster"))
                seen = "\(found.health) \(found.reason ?? "") \(found.drift ?? [])"
                return found.health == .healthy && found.drift == []
            } catch {
                seen = "\(error)"
                return false
            }
        }
        #expect(isWhole, "\(seen)", sourceLocation: location)
        let image = try await cluster.deployment()?["spec", "template", "spec", "containers"]?[0]?["image"]?.string
        #expect(image?.hasSuffix(Digest64.of(version)) == true, "\(image ?? "-")", sourceLocation: location)
    }

    func drift(_ cluster: PlayedCluster, _ state: Secret) async throws -> [String] {
        try await cluster.driver.observe(state, of: InstanceIdentity(application: "hello", target: "cluster")).drift?
            .map { "\($0.object) \($0.field ?? "gone") \($0.manager ?? "-")" } ?? ["not looked at"]
    }

    @Test func aRollOutGoesOnAfterTheServerWasKilled() async throws {
        let cluster = try await PlayedCluster("killed")
        let state = try await ClusterAttempt(cluster, "v1").run { try await cluster.roll() }
        var second = ClusterAttempt(cluster, "v2", previous: state)
        second.isPatient = true
        let log = second.log
        let next = try await second.run {
            try await cluster.roll(updated: 1, available: 0, old: 1)
            #expect(await eventually { log.text.contains("1 of the old version left") })
            await plane.killServer()
            try await plane.startServer()
            try await cluster.roll()
        }
        try await expectWhole(cluster, "v2", next)
        // It is gone already when a deployment begins.
        var third = ClusterAttempt(cluster, "v3", previous: next)
        third.isPatient = true
        await plane.killServer()
        async let back: Void = plane.startServer()
        let last = try await third.run { try await cluster.roll() }
        try await back
        try await expectWhole(cluster, "v3", last)
    }

    @Test func watchesThatAreCutLoseNothing() async throws {
        let way = try await FaultyWay(to: plane.port)
        let cluster = try await PlayedCluster("cut", server: way.url)
        let state = try await ClusterAttempt(cluster, "v1").run { try await cluster.roll() }
        #expect(try await drift(cluster, state) == [])
        // What happens while there is no way is seen afterwards.
        await way.close()
        try await cluster.edit([
            "apiVersion": "apps/v1", "kind": "Deployment",
            "metadata": ["name": "hello", "namespace": .string(cluster.namespace)], "spec": ["replicas": 3],
        ])
        let services = try await cluster.client.discovery.type(apiVersion: "v1", kind: "Service")
        _ = try await cluster.client.delete(services, namespace: cluster.namespace, name: "hello")
        await way.open()
        let expected = ["Deployment hello spec.replicas kubectl-edit", "Service hello gone -"]
        #expect(await eventually { (try? await drift(cluster, state).sorted()) == expected })
        let cuts = Task {
            while !Task.isCancelled {
                way.cut()
                try? await Task.sleep(for: .milliseconds(400))
            }
        }
        defer { cuts.cancel() }
        var second = ClusterAttempt(cluster, "v2", previous: state)
        second.isPatient = true
        let next = try await second.run {
            try await cluster.roll(updated: 1, available: 0, old: 1)
            try await Task.sleep(for: .seconds(1))
            try await cluster.roll()
        }
        cuts.cancel()
        try await expectWhole(cluster, "v2", next)
    }

    /// The file with the token is read again when the server refuses it, in the middle of a roll-out too.
    @Test func aTokenThatIsNotTakenAnyMoreIsReadAgain() async throws {
        let file = plane.path("renewing.token")
        try TextFile.write("old-token", to: file)
        let cluster = try await PlayedCluster("token", user: "tokenFile: \(file)")
        let state = try await ClusterAttempt(cluster, "v1").run { try await cluster.roll() }
        var other = ClusterAttempt(cluster, "v1")
        other.instance = InstanceIdentity(application: "other", target: "cluster")
        let next = try await ClusterAttempt(cluster, "v2", previous: state).run { [other] in
            try await cluster.roll(updated: 1, available: 0, old: 1)
            var tokens = ControlPlane.tokens
            tokens["renewing"] = "new-token"
            await plane.killServer()
            try await plane.startServer(tokens: tokens)
            let verdict = try await other.verdict {}
            #expect(verdict?.hasPrefix("unauthenticated: ") == true, "\(verdict ?? "-")")
            #expect(verdict?.contains("renew the token or certificate") == true, "\(verdict ?? "-")")
            try TextFile.write("new-token", to: file)
            try await cluster.roll()
        }
        try await expectWhole(cluster, "v2", next)
        #expect(try await cluster.deployment("other") == nil)
    }
}
