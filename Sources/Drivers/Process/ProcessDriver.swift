public import Core
public import HTTPClient
public import Model
public import System

/// Runs services as supervised processes of this host (capability `deploy:process`), side by side and reached through
/// stable entrypoints, so that a new version takes over without a failed request.
///
/// An instance has two sets of ports, the slots `a` and `b`; a new version listens on those that the running one does
/// not use. Everything on disk is described by `ProcessLayout`, everything that is recorded by `ProcessState`.
public struct ProcessDriver: WorkloadDriver {
    /// What the driver works with.
    public struct Parts: Sendable {
        /// The server's data directory, absolute.
        public var dataDirectory: String
        /// The path of this program, which is its own supervisor.
        public var executable: String
        /// `PATH` of builds and services; nothing else is taken over from the server's environment.
        public var path: String
        public var source: any SourceControl
        public var ports: any HostPorts
        public var haproxy: HAProxy
        public var client: HTTPClientSession
        public var runner: CommandRunner
        public var threads: BlockingThreads
        /// How long a service's `beforeDeploy` may take.
        public var beforeDeployLimit = Duration.seconds(15 * 60)
        /// What an instance is called now, for people; nil when that is not known.
        public var name: @Sendable (InstanceIdentity) async -> InstanceID? = { _ in nil }

        public init(
            dataDirectory: String, executable: String, path: String = "/usr/local/bin:/usr/bin:/bin",
            source: any SourceControl, ports: any HostPorts, haproxy: HAProxy, client: HTTPClientSession,
            runner: CommandRunner, threads: BlockingThreads
        ) {
            self.dataDirectory = dataDirectory
            self.executable = executable
            self.path = path
            self.source = source
            self.ports = ports
            self.haproxy = haproxy
            self.client = client
            self.runner = runner
            self.threads = threads
        }
    }

    /// Each is a supervisor and its process.
    private static let maximumReplicas = 50

    public let capability = "deploy:process"
    let layout: ProcessLayout
    let path: String
    let beforeDeployLimit: Duration
    let ports: any HostPorts
    let artifacts: ArtifactStore
    let runs: ProcessRuns
    let check: HealthCheck
    let entrypoints: ProcessEntrypoints

    public init(_ parts: Parts) {
        layout = ProcessLayout(data: parts.dataDirectory)
        path = parts.path
        beforeDeployLimit = parts.beforeDeployLimit
        ports = parts.ports
        artifacts = ArtifactStore(
            layout: layout, source: parts.source,
            builder: ArtifactBuilder(runner: parts.runner, threads: parts.threads, path: parts.path),
            threads: parts.threads)
        runs = ProcessRuns(
            layout: layout, executable: parts.executable, runner: parts.runner, threads: parts.threads)
        check = HealthCheck(client: parts.client, threads: parts.threads)
        entrypoints = ProcessEntrypoints(
            haproxy: parts.haproxy,
            run: SupervisedHAProxy.run(dataDirectory: parts.dataDirectory, threads: parts.threads),
            threads: parts.threads, name: parts.name)
    }

    public func problem() async -> String? {
        let directories = [layout.artifacts, "\(layout.data)/runs"]
        do {
            try await runs.threads.run { for directory in directories { try Files.makeDirectory(directory) } }
            return nil
        } catch {
            return "\(error)"
        }
    }

    public func refusals(for instance: InstanceIdentity, _ wish: WorkloadWish) async -> [String] {
        let (ports, entrypoints, replicas) = (wish.ports, wish.entrypoints, wish.replicas)
        var refusals = ProcessDriver.notForProcesses(wish)
        if !wish.hasCommand {
            refusals.append("deploy:process needs 'command' in deployd.yaml: the program to run and its arguments")
        }
        for (name, entrypoint) in entrypoints.sorted(by: { $0.key < $1.key }) where ports[entrypoint.port] == nil {
            refusals.append("entrypoints.\(name): the service has no port '\(entrypoint.port)'")
        }
        if !entrypoints.isEmpty {
            if let problem = await self.entrypoints.problem() { refusals.append(problem) }
            refusals += await self.entrypoints.problems(with: entrypoints, of: instance)
        }
        let plan = PortPlan(
            ports: ports.keys.sorted(), entrypoints: PortPlan.own(entrypoints), replicas: replicas)
        if replicas > ProcessDriver.maximumReplicas || plan.purposes.count > PortPlan.maximum {
            let room = ports.isEmpty ? .max : (PortPlan.maximum - plan.entrypoints.count) / (2 * ports.count)
            refusals.append(
                "replicas: deploy:process runs at most \(min(ProcessDriver.maximumReplicas, room)) of this service, "
                    + "not \(replicas)")
        }
        if let problem = await limitProblem(wish.limits) { refusals.append(problem) }
        return refusals
    }

    /// What only clusters do.
    private static func notForProcesses(_ wish: WorkloadWish) -> [String] {
        let asked: [(Bool, String)] = [
            (wish.image != nil, "image: deploy:process runs programs, not images"),
            (wish.autoscaling != nil, "replicas: deploy:process runs a fixed number"),
            (wish.strategy != .rolling, "update: deploy:process does rolling updates only"),
            (wish.onFailure == .stop, "onFailure: under deploy:process the old version always goes on serving"),
            (wish.manifests != nil, "manifests: are for deploy:kubernetes"),
            (wish.kubernetes != KubernetesOptions(), "deploy.kubernetes: is for deploy:kubernetes"),
        ]
        return asked.filter(\.0).map(\.1)
    }

    public func steps(_ shape: WorkloadShape) -> [WorkloadStep] { ProcessSteps.list(shape) }

    public func addresses(
        for instance: InstanceIdentity, ports: [String: Int], entrypoints: [String: WorkloadEntrypoint], replicas: Int,
        previous: Secret?
    ) async throws -> WorkloadAddresses {
        let plan = PortPlan(
            ports: ports.keys.sorted(), entrypoints: PortPlan.own(entrypoints), replicas: replicas)
        let reserved = try await plan.reserve(
            for: instance, slot: try ProcessState.slot(after: previous), in: self.ports)
        let urls = entrypoints.compactMapValues(\.url).merging(
            reserved.entrypoints.map { ($0, "http://127.0.0.1:\($1)\(entrypoints[$0]?.suffix ?? "")") }
        ) { $1 }
        let places = reserved.listen.map {
            WorkloadAddresses.Replica(listen: $0, environment: ProcessVariables.ports($0))
        }
        return WorkloadAddresses(
            listen: places.first?.listen ?? [:], entrypoints: urls, environment: places.first?.environment ?? [:],
            further: Array(places.dropFirst()))
    }

    private func limitProblem(_ limits: WorkloadLimits) async -> String? {
        let wanted = ResourceLimits(limits)
        guard !wanted.isEmpty else { return nil }
        do {
            try await runs.threads.run { try wanted.check(ResourceLimits.probe()) }
            return nil
        } catch {
            return (error as? DeploydError)?.message ?? "\(error)"
        }
    }
}
