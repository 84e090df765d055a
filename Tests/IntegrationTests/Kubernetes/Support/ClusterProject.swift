import Client
import Core
import Kubernetes
import TestSupport
import Testing

/// A repository whose service is deployed to a namespace of the cluster by its image.
struct ClusterProject: Sendable {
    let cluster: TestCluster
    let namespace: String
    let project: Project
    /// Without a tag.
    let image: String

    init(_ server: RunningServer, _ cluster: TestCluster, namespace: String, application: String) async throws {
        self.cluster = cluster
        self.namespace = namespace
        project = try await Project(
            server, repository: "acme/\(application)", application: application, target: "cluster")
        // The namespace's own name keeps tests apart that run at the same time.
        image = "\(cluster.registry)/\(namespace)/\(application)"
    }

    var application: String { project.application }

    /// Commits the service, pushes its image with the commit as the tag, and announces the commit.
    /// - Returns: the version.
    @discardableResult
    func push(_ made: TestImage, _ service: ClusterService) async throws -> String {
        let commit = try await project.repository.push(service.commit(image: image))
        try await made.push(as: "\(image):\(commit)")
        try await project.announce(commit)
        return commit
    }

    /// Pushes it and waits until it runs.
    @discardableResult
    func deploy(_ made: TestImage, _ service: ClusterService) async throws -> String {
        let version = try await push(made, service)
        try await project.runs(version)
        return version
    }

    /// Pushes it and waits until it has failed.
    /// - Returns: why.
    func fails(_ made: TestImage, _ service: ClusterService) async throws -> String {
        let deployment = try await project.ended(try await push(made, service))
        #expect(deployment.status == .failed, "\(deployment)")
        return deployment.reason ?? ""
    }

    /// Waits until something is said of the newest deployment of a version: by itself, or by one of its steps.
    /// - Parameter texts: each is to be in it; `a|b` is one of them.
    func says(_ texts: String..., of version: String) async throws {
        var said = ""
        do {
            try await project.server.expect("\(texts) to be said of \(version)") {
                let deployment = try await project.deployments().first { $0.version == version }
                said = ([deployment?.reason] + (deployment?.steps.map(\.reason) ?? [])).compactMap(\.self)
                    .joined(separator: "\n")
                return texts.allSatisfy { $0.split(separator: "|").contains { said.contains($0) } }
            }
        } catch {
            Issue.record("said was: \(said)")
            throw error
        }
    }

    /// Requests to a Service of the namespace, by default the application's own.
    func load(_ service: String? = nil) async throws -> Load {
        try await cluster.load(service ?? application, in: namespace, directory: project.server.folder.path)
    }

    func object(_ apiVersion: String, _ kind: String, _ name: String) async throws -> KubernetesObject? {
        try await cluster.object(apiVersion, kind, name, in: namespace)
    }
}

/// Runs `body` with a server whose only world is a namespace of the shared cluster.
/// - Parameters:
///   - capability: further keys of `deploy:kubernetes`.
///   - kubeconfig: nil: the cluster's administrator's.
func withClusterServer(
    _ capability: String = "", kubeconfig: String? = nil,
    _ body: (_ server: RunningServer, _ cluster: TestCluster, _ namespace: String) async throws -> Void
) async throws {
    let cluster = try #require(TestCluster.shared)
    try await cluster.withNamespace { namespace in
        try await withServer { folder in
            try folder.write(
                """
                world: cluster
                capabilities:
                  deploy:kubernetes: { kubeconfig: "\(kubeconfig ?? cluster.kubeconfig)", namespace: \(namespace)\(capability) }
                ---
                environmentSet: default
                environments: [cluster]

                """, to: "worlds/cluster.yaml")
        } _: { server in
            try await body(server, cluster, namespace)
        }
    }
}
