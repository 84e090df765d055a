import API
import CLI
import Core
import Crypto
import Drivers
import Engine
import Glibc
import HTTPClient
import HTTPServer
import Model
import Store
import System

/// The server: puts the parts together, runs until a signal, and takes them apart again.
struct ServeCommand {
    let options: ServeOptions
    let signals: AsyncStream<Signals.Action>

    /// How long running requests may take after SIGTERM.
    private static let drainDeadline = Duration.seconds(20)

    /// Each connection is a file, and so are the pipes of each command that runs.
    private static let openFiles = 65_536

    func run() async throws {
        OpenFileLimit.raise(to: ServeCommand.openFiles)
        let log = Log(level: options.logLevel)
        try StartChecks(data: options.data, log: log).run()
        let parts = try await ServerParts(options: options, log: log)
        let server = parts.webServer()
        let address = try server.start()
        try await parts.topologyService.align()
        try await parts.reconcilers.start()
        let work = parts.startWork()
        parts.token.publish(server: address.url, log: log)
        announce("ready \(address.url)\n")
        for await action in signals {
            guard action == .reload else { break }
            parts.topologyReader.order.give()
        }
        log.info("stopping; what was deployed goes on running")
        await server.drain(deadline: ServeCommand.drainDeadline)
        work.forEach { $0.cancel() }
        for task in work { await task.value }
        await parts.reconcilers.stop()
        await parts.close()
    }

    /// At once, also when standard output is a file or a pipe.
    private func announce(_ line: String) {
        let bytes = Array(line.utf8)
        _ = bytes.withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
    }
}

/// Every part of a running server.
private struct ServerParts {
    let options: ServeOptions
    let log: Log
    let storage: SQLiteStorage
    let logs: FileDeploymentLogs
    let context: EngineContext
    let reconcilers: Reconcilers
    let deliveries: DeliveryService
    let wakeIntake = Wake()
    let wakeSweep = Wake()
    let metrics = Metrics()
    let token: AdministratorToken
    let topologyReader: TopologyReader
    let backups: FileBackups

    var topologyService: TopologyService { TopologyService(context: context, reconcilers: reconcilers) }
    private var spool: String { "\(options.data)/spool" }

    init(options: ServeOptions, log: Log) async throws {
        self.options = options
        self.log = log
        let threads = BlockingThreads()
        let clock = SystemClock()
        let runner = try CommandRunner()
        let git = GitOptions(environment: options.environment)
        topologyReader = TopologyReader(
            files: TopologyFiles(
                worlds: options.worlds, repositories: options.resourceRepositories, environment: options.environment,
                trustsBuiltIn: options.isLoopback),
            remotes: RemoteReader(
                repositories: RemoteRepositories(
                    dataDirectory: options.data, allowsLocal: options.allowsLocalRepositories, options: git,
                    runner: runner, threads: threads, log: log)),
            threads: threads, log: log)
        let start = try await topologyReader.read()
        try Files.makeDirectory("\(options.data)/spool")
        let key = try SQLiteStorage.masterKey(of: options.data)
        storage = try SQLiteStorage(directory: options.data, masterKey: key, program: ProgramVersion.text, log: log)
        logs = try FileDeploymentLogs(directory: "\(options.data)/logs/deployments", log: log)
        token = AdministratorToken(storage: storage, options: options)
        try await token.ensure(at: clock.now())
        let source = GitSource(
            dataDirectory: options.data, spoolDirectory: "\(options.data)/spool",
            allowsLocal: options.allowsLocalRepositories, options: git, runner: runner, threads: threads, log: log)
        backups = FileBackups(
            dataDirectory: options.data, storage: storage, copyDatabase: { [storage] in try storage.copy(to: $0) },
            runner: runner, threads: threads)
        let ports = PortRegistry(storage: storage, probe: SystemPortProbe())
        var parts = ProcessDriver.Parts(
            dataDirectory: options.data, executable: try ServerParts.executable(), source: source, ports: ports,
            haproxy: SupervisedHAProxy.make(
                dataDirectory: options.data, executable: try ServerParts.executable(), runner: runner, threads: threads),
            client: HTTPClientSession(), runner: runner, threads: threads)
        parts.name = { [storage] identity in try? await storage.read { try $0.instance(identity)?.id } }
        let process = ProcessDriver(parts)
        let local = LocalDriver(dataDirectory: options.data, ports: ports, threads: threads)
        let kubernetes = KubernetesDriver(
            KubernetesDriver.Parts(
                client: HTTPClientSession(), runner: runner, threads: threads, source: source,
                environment: options.environment,
                nameKey: { Secret(key.fingerprint(of: Secret($0), context: "names of secrets in clusters").hex) }))
        context = EngineContext(
            storage: storage, source: source, logs: logs, clock: clock, log: log,
            topology: topologyReader.add(
                try storage.readNow { try $0.declaredObjects() }, to: start, at: clock.now()),
            workloadDrivers: [process, kubernetes], resourceDrivers: [local, KubernetesResources(kubernetes)],
            images: ImageIntake(
                RegistryImages(
                    client: HTTPClientSession(), environment: options.environment, runner: runner, threads: threads,
                    clock: clock), waitLimit: options.imageWait))
        reconcilers = Reconcilers(context: context)
        deliveries = DeliveryService(context: context, wakeIntake: wakeIntake, limits: options.deliveryLimits)
    }

    func webServer() -> WebServer {
        let allowsLocal = options.allowsLocalRepositories
        let services = APIServices(
            context: context,
            versions: VersionService(storage: storage, clock: context.clock, reconcilers: reconcilers),
            rejections: RejectionService(context: context, reconcilers: reconcilers),
            deployments: DeploymentService(context: context, reconcilers: reconcilers),
            deliveries: deliveries,
            repositories: RepositoryService(context: context, wakeSweep: wakeSweep),
            instances: InstanceService(context: context, reconcilers: reconcilers),
            sharedResources: SharedResourceService(context: context, reconcilers: reconcilers),
            plans: PlanService(context: context, reconcilers: reconcilers),
            secrets: SecretService(context: context, reconcilers: reconcilers),
            resources: ResourceService(context: context),
            objects: ObjectService(topology: topologyService),
            applications: ApplicationService(context: context, reconcilers: reconcilers),
            backups: backups,
            metrics: metrics, spoolDirectory: spool, dataDirectory: options.data,
            probeStorage: { [storage] in try await storage.probeDisk() },
            checkRepositoryURL: { _ = try RepositoryURL.parse($0, allowLocal: allowsLocal) },
            version: ProgramVersion.text)
        var configuration = HTTPServerConfiguration(address: options.listen)
        // The other half is for the database, git, sources and what is started.
        configuration.maximumConnections = min(configuration.maximumConnections, OpenFileLimit.now / 2)
        return WebServer(configuration: configuration, router: makeRouter(services), metrics: metrics, log: log)
    }

    /// The loops that run until they are cancelled.
    func startWork() -> [Task<Void, Never>] {
        let intake = IntakeLoop(context: context, wake: wakeIntake, reconcilers: reconcilers)
        let monitor = HealthMonitor(context: context, reconcilers: reconcilers)
        let watches = WorldWatches(context: context, reconcilers: reconcilers)
        let sweep = options.sweepInterval.map { interval in
            let loop = SweepLoop(context: context, deliveries: deliveries, wake: wakeSweep, interval: interval)
            return Task { await loop.run() }
        }
        return [
            Task { await intake.run() }, Task { await monitor.run() }, Task { await watches.run() },
            Task { await ResourceMonitor(context: context).run() },
            Task { await ImageLook(context: context).run() },
            Task { await topologyReader.watch(topologyService, context.topology) },
        ] + [sweep].compactMap { $0 }
    }

    func close() async {
        await logs.close()
        storage.close()
    }

    /// This program's own path, also after it was replaced on the disk by an upgrade.
    private static func executable() throws -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
        guard count > 0 else { throw DeploydError.system("reading /proc/self/exe", errno: errno) }
        let path = String(decoding: buffer[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
        let gone = " (deleted)"
        return path.hasSuffix(gone) ? String(path.dropLast(gone.count)) : path
    }
}
