import Core
import HTTPClient
import Kubernetes
import Model
import System
import TestSupport
import Testing

@testable import Drivers

/// What services become, taken by a real API server.
@Suite(.serialized, .needsControlPlane)
struct ManifestServerTests {
    /// A client of a server of the test's own, with the namespace that objects go to.
    private func withServer(_ body: (KubernetesClient) async throws -> Void) async throws {
        let plane = try await ControlPlane()
        do {
            let client = KubernetesClient(
                plane.adminConnection(namespace: "develop"), session: HTTPClientSession(),
                runner: try CommandRunner(), threads: BlockingThreads())
            let space = try #require(
                KubernetesObject(["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": "develop"]]))
            _ = try await client.apply(space)
            try await body(client)
        } catch {
            await plane.stop()
            throw error
        }
        await plane.stop()
    }

    /// Applied once more, nothing changes: the server's form of every value is the one that is written.
    @Test func applyingAgainChangesNothing() async throws {
        try await withServer { try await appliesTwice($0) }
    }

    private func appliesTwice(_ client: KubernetesClient) async throws {
        let apis = try await APIVersions.discovered(by: client, try await client.version())
        #expect(apis == .oldest)
        for (name, workload) in ManifestCases.all {
            let objects = try GoldenManifestTests.objects(workload, apis)
            var first: [String?] = []
            for object in objects { first.append(try await client.apply(object).object.resourceVersion) }
            for (object, version) in zip(objects, first) {
                let again = try await client.apply(object)
                #expect(again.object.resourceVersion == version, "\(name): \(object.kind) \(object.name)")
                let lost = missing(object.json, in: again.object.json, "")
                #expect(lost == [], "\(name): \(object.kind) \(object.name)")
            }
        }
    }

    /// The number of replicas is left to the autoscaler, and stays what it was.
    @Test func autoscalingTakesOver() async throws {
        try await withServer { try await handsOver($0) }
    }

    private func handsOver(_ client: KubernetesClient) async throws {
        var fixed = ManifestCases.workload("handed") { $0.replicas = 4 }
        fixed.apis = .oldest
        var scaled = ManifestCases.workload("handed") {
            $0.autoscaling = Autoscaling(minimum: 2, maximum: 9, cpuPercent: 50)
        }
        scaled.apis = .oldest
        func deployment(_ workload: KubernetesWorkload) throws -> KubernetesObject {
            try #require(try Manifests.objects(for: workload).first { $0.kind == "Deployment" })
        }
        let live = try await client.apply(deployment(fixed)).object
        let next = try deployment(scaled)
        #expect(ReplicaHandover.isNeeded(next, over: live))
        let handover = try #require(ReplicaHandover.object(next, replicas: 4))
        _ = try await client.apply(handover, ApplyOptions(fieldManager: ReplicaHandover.manager))
        let after = try await client.apply(next).object
        #expect(after["spec", "replicas"] == 4)
        #expect(!ReplicaHandover.isNeeded(next, over: after))
    }

    /// Paths of what was sent that the server does not have so.
    private func missing(_ sent: JSONValue, in live: JSONValue, _ path: String) -> [String] {
        switch (sent, live) {
        case (.object(let members), .object(let others)):
            members.sorted { $0.key < $1.key }.flatMap { key, value in
                others[key].map { missing(value, in: $0, "\(path).\(key)") } ?? ["\(path).\(key)"]
            }
        case (.array(let elements), .array(let others)) where elements.count == others.count:
            zip(elements, others).enumerated().flatMap { missing($1.0, in: $1.1, "\(path)[\($0)]") }
        default: sent == live ? [] : ["\(path): \(sent.text), not \(live.text)"]
        }
    }
}

extension ControlPlane {
    /// As its administrator, by certificate.
    fileprivate func adminConnection(namespace: String) -> ClusterConnection {
        var credential = CredentialSource()
        credential.certificate = .file(path("admin.crt"))
        credential.key = .file(path("admin.key"))
        return ClusterConnection(
            name: "the control plane", server: url, authorities: .file(path("ca.crt")), credential: credential,
            namespace: namespace)
    }
}
