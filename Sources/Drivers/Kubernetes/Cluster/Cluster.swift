import Core
import Crypto
import Formats
import HTTPClient
import Kubernetes
import Model
import System

/// A world's cluster: connects when it is first needed, and anew when its kubeconfig is another.
actor Cluster {
    /// How often the files are looked at.
    private static let patience = Duration.seconds(5)
    private static let fileLimit = 4 << 20

    nonisolated let settings: KubernetesSettings
    private let parts: KubernetesDriver.Parts
    private var session: ClusterSession?
    private var digest: Digest?
    private var looked: Timestamp?
    /// Why a kubeconfig that is another now is not used.
    private(set) var trouble: DeploydError?
    private var pending: Task<ClusterSession, any Error>?

    init(_ settings: KubernetesSettings, _ parts: KubernetesDriver.Parts) {
        self.settings = settings
        self.parts = parts
    }

    /// - Throws: `DeploydError`: why there is no connection; what it takes to reach the server.
    func current() async throws -> ClusterSession {
        if let session, let looked, parts.clock.steady() - looked < Cluster.patience { return session }
        if let pending { return try await pending.value }
        let task = Task { try await self.look() }
        pending = task
        defer { pending = nil }
        return try await task.value
    }

    /// Ends its watches.
    func close() {
        session?.view.close()
        session = nil
        digest = nil
    }

    private func look() async throws -> ClusterSession {
        let found = try await read()
        looked = parts.clock.steady()
        if let session, found == digest {
            trouble = nil
            return session
        }
        do {
            let made = try await connect()
            session?.view.close()
            (session, digest, trouble) = (made, found, nil)
            return made
        } catch {
            // As with world files: what was in force goes on until what came can be used.
            guard let session else { throw error }
            trouble = DeploydError.wrapping(error, "the cluster cannot be connected to anew")
            return session
        }
    }

    private func connect() async throws -> ClusterSession {
        let connection = try await connection()
        let client = KubernetesClient(
            connection, limits: ClusterSession.limits, environment: parts.environment, session: parts.client,
            runner: parts.runner, threads: parts.threads, clock: parts.clock)
        let apis = try await APIVersions.discovered(by: client, try await client.version())
        return ClusterSession(
            client, namespace: settings.namespace ?? client.namespace, apis: apis, clock: parts.clock)
    }

    /// Those that are named, else the server's own.
    private nonisolated func files(_ named: [String]) -> [String] {
        named.isEmpty ? Kubeconfig.paths(environment: parts.environment) : named
    }

    /// What says whether the files are still the same.
    private func read() async throws -> Digest {
        guard case .files(let named, let context) = settings.access else { return Digest.sha256(of: "fixed") }
        let paths = files(named)
        return try await parts.threads.run {
            var bytes = Array((context ?? "").utf8)
            for path in paths {
                bytes += (try? Files.read(path, limit: Cluster.fileLimit)) ?? []
                bytes.append(0)
            }
            return Digest.sha256(of: bytes)
        }
    }

    private func connection() async throws -> ClusterConnection {
        let (access, environment) = (settings.access, parts.environment)
        return try await parts.threads.run {
            switch access {
            case .inCluster: try ClusterConnection.inCluster(environment: environment)
            case .files(let paths, let context):
                try Kubeconfig.load(self.files(paths)).connection(context: context)
            case .text(let text, let context):
                try Kubeconfig.parse(Array(text.reveal().utf8), file: "kubeconfig").get().connection(context: context)
            }
        }
    }
}
