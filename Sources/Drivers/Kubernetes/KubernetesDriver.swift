public import Core
public import HTTPClient
public import Model
public import System

/// Runs services on a Kubernetes cluster (capability `deploy:kubernetes`), as a Deployment and what belongs to it.
///
/// What a service becomes is made by `Manifests`; everything is applied by server-side apply as the manager `deployd`,
/// and what comes of it is seen by watches that all instances of a world share (`ClusterView`). `KubernetesState` is what
/// is recorded.
public struct KubernetesDriver: WorkloadDriver {
    /// What the driver works with.
    public struct Parts: Sendable {
        public var client: HTTPClientSession
        public var runner: CommandRunner
        public var threads: BlockingThreads
        public var source: any SourceControl
        /// Where `KUBECONFIG`, and what a pod is told of its cluster, are looked up.
        public var environment: [String: String]
        /// What names of Secrets are made with, so that nobody guesses values by them. The same for the same text.
        public var nameKey: @Sendable (String) -> Secret
        public var clock: any WallClock

        public init(
            client: HTTPClientSession, runner: CommandRunner, threads: BlockingThreads, source: any SourceControl,
            environment: [String: String], nameKey: @escaping @Sendable (String) -> Secret,
            clock: any WallClock = SystemClock()
        ) {
            self.client = client
            self.runner = runner
            self.threads = threads
            self.source = source
            self.environment = environment
            self.nameKey = nameKey
            self.clock = clock
        }
    }

    public let capability = "deploy:kubernetes"
    let parts: Parts
    private let clusters: Clusters
    private let place: (world: String, cluster: Cluster)?

    public init(_ parts: Parts) {
        self.parts = parts
        clusters = Clusters(parts)
        place = nil
    }

    private init(_ driver: KubernetesDriver, _ world: World, _ settings: KubernetesSettings) {
        parts = driver.parts
        clusters = driver.clusters
        place = (world.name, driver.clusters.cluster(of: world.name, settings))
    }

    public func inWorld(_ world: World) -> any WorkloadDriver {
        world.kubernetes.map { KubernetesDriver(self, world, $0) } ?? self
    }

    /// Each waits for its cluster most of its time.
    public var deploymentsAtOnce: Int { 2000 }

    /// - Throws: when it is asked of no world.
    func cluster() throws(DeploydError) -> Cluster {
        guard let place else {
            throw DeploydError(.invalid, "the world has no settings for deploy:kubernetes")
        }
        return place.cluster
    }

    func settings() throws(DeploydError) -> KubernetesSettings { try cluster().settings }

    func session() async throws -> ClusterSession { try await cluster().current() }

    public func problem() async -> String? {
        guard let place else { return nil }
        do {
            let view = try await session().view
            if let trouble = await place.cluster.trouble { return trouble.message }
            return view.follows(.deployment) ? view.gap(in: .deployment)?.message : nil
        } catch {
            return (error as? DeploydError)?.message ?? "\(error)"
        }
    }

    public func steps(_ shape: WorkloadShape) -> [WorkloadStep] { KubernetesSteps.list(shape) }

    public func addresses(
        for instance: InstanceIdentity, ports: [String: Int], entrypoints: [String: WorkloadEntrypoint], replicas: Int,
        previous: Secret?
    ) async throws -> WorkloadAddresses {
        WorkloadAddresses(
            listen: ports, entrypoints: await urls(of: entrypoints, instance),
            environment: ProcessVariables.ports(ports))
    }

    /// An entrypoint without a host is where its load balancer is, once the cluster has made one.
    private func urls(
        of entrypoints: [String: WorkloadEntrypoint], _ instance: InstanceIdentity
    ) async -> [String: String] {
        var urls = entrypoints.compactMapValues(\.url)
        guard urls.count < entrypoints.count, let view = try? await session().view else { return urls }
        let names = ObjectNames(application: instance.application)
        for (name, entrypoint) in entrypoints where urls[name] == nil {
            guard case .reached(let places)? = view.object(ObjectKey(.service, names.entrypoint(name)))?.status,
                let place = places.first
            else { continue }
            urls[name] = "http://\(place)\(entrypoint.suffix)"
        }
        return urls
    }
}
