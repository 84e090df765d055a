import Client
import Core
import Crypto
import System
import TestSupport
import Testing

/// What a service requires of its cluster, with the built program and a real API server where the test does what controllers do.
@Suite(.serialized, .needsControlPlane, .needsRegistry)
struct ClusterResourceTests {
    private static let namespaced = "api/v1/namespaces/default"
    private static let apps = "apis/apps/v1/namespaces/default"

    @Test func aServiceIsGivenADatabaseOfItsCluster() async throws {
        let plane = try await ControlPlane()
        let registry = try await TestRegistry()
        do {
            try await withServer({ try setUp($0, plane) }) { try await follow($0, plane, registry) }
        } catch {
            await registry.stop()
            await plane.stop()
            throw error
        }
        await registry.stop()
        await plane.stop()
    }

    private func setUp(_ folder: ServerFolder, _ plane: ControlPlane) throws {
        for name in ["repository", "postgres-kubernetes", "postgres-kubernetes.k8s"] {
            let path = "resource-repos/precanned/\(name).yaml"
            try folder.write(readFile("\(ServerFolder.root)/\(path)"), to: path)
        }
        try folder.write("repository: acme\ninherits: [precanned]\n", to: "resource-repos/acme/repository.yaml")
        try folder.write(
            "slug: database\nextends: postgres-kubernetes\ndeletion: delete\n", to: "resource-repos/acme/database.yaml")
        try folder.write(
            """
            apiVersion: v1
            kind: Config
            current-context: test
            clusters: [{name: test, cluster: {server: "\(plane.url)", certificate-authority: "\(plane.path("ca.crt"))"}}]
            users: [{name: test, user: {token: admin-token}}]
            contexts: [{name: test, context: {cluster: test, user: test}}]
            """, to: "worlds/kubeconfig")
        try folder.write(
            """
            world: local
            resourceRepositories: [acme]
            capabilities: { deploy:kubernetes: { kubeconfig: "${file:kubeconfig}", namespace: default } }
            targets: [{ environment: local }]
            ---
            environmentSet: default
            environments: [local]
            """, to: "worlds/here.yaml")
    }

    private func follow(_ server: RunningServer, _ plane: ControlPlane, _ registry: TestRegistry) async throws {
        let project = try await Project(server)
        let image = "\(registry.host)/acme/hello"
        let file = """
            service: hello
            port: 5000
            image: \(image)
            requires: { users: database }
            env: { DATABASE_URL: "${requires.users.url}" }
            """
        let version = try await project.repository.push(["deployd.yaml": file])
        _ = try await ChildProcess.output(of: [
            "python3", "\(ServerFolder.root)/scripts/test_parts/image.py", "--entrypoint", "/none", "--push",
            "\(image):\(version)",
        ])
        try await project.announce(version)
        try await settle(plane, "\(Self.apps)/statefulsets/hello-users", server)
        try await settle(plane, "\(Self.apps)/deployments/hello", server)
        try await project.runs(version)

        let secret = try await plane.get("\(Self.namespaced)/secrets/hello-users")
        let password = try #require(secret["data"]?["password"]?.string.flatMap(Base64.decode))
        let text = String(decoding: password, as: UTF8.self)
        let all = try await plane.get("\(Self.namespaced)/secrets")
        let url = "postgres://app:\(text)@hello-users.default.svc:5432/app"
        #expect(all.text.contains(Base64.encode(url.utf8)))
        #expect(text.utf8.count == 32 && !server.log.contains(text))
        let shown = try await server.command("get", "resources", "--application", "hello")
        #expect(shown.text.contains("users") && !shown.text.contains(text), "\(shown.text)\(shown.errorText)")
        #expect(try await !project.events().contains { "\($0)".contains(text) })

        let destroyed = try await server.command("destroy", "hello", "--yes")
        #expect(
            destroyed.text.contains("PersistentVolumeClaim hello-users (stays)"),
            "\(destroyed.text)\(destroyed.errorText)")
        try await server.expect("the resource to be removed") {
            try await project.events().contains {
                $0.type == "resource.deleted" && $0.detail == "kept: PersistentVolumeClaim hello-users"
            }
        }
        #expect(try await plane.get("\(Self.namespaced)/secrets/hello-users")["kind"] == "Status")
        let claim = try await plane.get("\(Self.namespaced)/persistentvolumeclaims/hello-users")
        #expect(claim["kind"] == "PersistentVolumeClaim")
    }

    /// Has an object's controller say that all of it runs, once it is there.
    private func settle(_ plane: ControlPlane, _ path: String, _ server: RunningServer) async throws {
        try await server.expect("\(path) to be there") { try await plane.get(path)["kind"] != "Status" }
        let generation = try await plane.get(path)["metadata"]?["generation"]?.text ?? "0"
        let counts = "\"replicas\":1,\"readyReplicas\":1,\"updatedReplicas\":1"
        let available = path.contains("deployments") ? ",\"availableReplicas\":1" : ",\"currentReplicas\":1"
        try await plane.call(
            "PATCH", "\(path)/status", "{\"status\":{\"observedGeneration\":\(generation),\(counts)\(available)}}")
    }
}

extension ControlPlane {
    fileprivate func get(_ path: String) async throws -> JSONValue { try await call("GET", path) }

    /// As its administrator.
    @discardableResult
    fileprivate func call(_ method: String, _ path: String, _ body: String? = nil) async throws -> JSONValue {
        let content = body.map { ["-H", "Content-Type: application/merge-patch+json", "-d", $0] } ?? []
        return try JSONValue.parse(
            try await ChildProcess.output(
                of: [
                    "curl", "-s", "--max-time", "20", "--cacert", self.path("ca.crt"), "-X", method, "-H",
                    "Authorization: Bearer \(ControlPlane.tokens["admin"] ?? "")",
                ] + content + ["\(url)/\(path)"]))
    }
}
