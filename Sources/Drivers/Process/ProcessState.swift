import Core
import Crypto
import Model
import System

/// What is recorded of a running workload: all that is needed to find, watch, restart and stop it, without its release.
struct ProcessState: Sendable, Equatable {
    /// Which of an instance's two sets of ports a version listens on; the next version takes the other.
    enum Slot: String, Sendable, CaseIterable {
        case a, b

        var other: Slot { self == .a ? .b : .a }
    }

    struct Entrypoint: Sendable, Equatable {
        /// The named port behind it.
        let port: String
        /// Its stable port of this host; nil: it has a route.
        let listen: Int?
        var path = "/"
        var allowed: [String]?
        var route: ProxyRoute?
    }

    /// The second replica and those after it: what they have of their own.
    struct Replica: Sendable, Equatable {
        let run: String
        let ports: [String: Int]
        let command: [Secret]
        let environment: [String: Secret]
    }

    /// The name of the supervisor's directory below the instance's: the deployment's id, for a service.
    var run: String
    let slot: Slot
    /// Where the process listens, by port name.
    var ports: [String: Int]
    let entrypoints: [String: Entrypoint]
    /// Those that the routes name, so that they are there again whatever became of HAProxy's files.
    let certificates: [String: Secret]
    /// The artifact's key within the application.
    let artifact: String
    /// The service's folder in the artifact.
    let directory: String
    var command: [Secret]
    /// Everything that the process is given, the driver's own variables too.
    var environment: [String: Secret]
    var further: [Replica]
    let health: HealthProbe
    let limits: WorkloadLimits
    let drain: Duration
    let secrets: [Secret]

    /// What an attempt would record.
    /// - Parameters:
    ///   - stable: the stable port of each entrypoint that has no route.
    ///   - environment: of the first replica.
    /// - Throws: `.invalid` when a route's address is none.
    init(
        _ request: WorkloadRequest, run: String, command: [Secret], slot: Slot, stable: [String: Int],
        directory: String, environment: [String: Secret], further: [Replica] = []
    ) throws(DeploydError) {
        self.run = run
        self.slot = slot
        ports = request.addresses.listen
        var entrypoints: [String: Entrypoint] = [:]
        var certificates: [String: Secret] = [:]
        for (name, entrypoint) in request.spec.entrypoints {
            entrypoints[name] = Entrypoint(
                port: entrypoint.port, listen: entrypoint.route == nil ? stable[name] : nil, path: entrypoint.path,
                allowed: entrypoint.allowed, route: try entrypoint.route?.proxy)
            if let certificate = entrypoint.route?.certificate {
                certificates[certificate.identifier] = certificate.pem
            }
        }
        self.entrypoints = entrypoints
        self.certificates = certificates
        artifact = request.release.source.key
        self.directory = directory
        self.command = command
        self.environment = environment
        self.further = further
        health = request.spec.health
        limits = request.spec.limits
        drain = request.spec.drain
        secrets = request.spec.secrets
    }

    /// The slot for the version that follows what is recorded.
    /// - Throws: `.conflict` when the record cannot be read.
    static func slot(after previous: Secret?) throws(DeploydError) -> Slot {
        guard let previous else { return .a }
        return try ProcessState(previous).slot.other
    }

    /// Each replica as if it were alone.
    var replicas: [ProcessState] {
        var first = self
        first.further = []
        return [first]
            + further.map { replica in
                var one = first
                (one.run, one.ports) = (replica.run, replica.ports)
                (one.command, one.environment) = (replica.command, replica.environment)
                return one
            }
    }

    /// The runs of all replicas.
    var runs: [String] { [run] + further.map(\.run) }

    /// The name of a replica's run.
    /// - Parameter index: from 0.
    static func run(of deployment: String, replica index: Int) -> String {
        index == 0 ? deployment : "\(deployment)-\(index + 1)"
    }

    /// The deployment that a replica's run is of.
    static func deployment(of run: String) -> String { String(run.prefix { $0 != "-" }) }

    var redactor: Redactor { Redactor(secrets) }

    /// Where the process listens for an entrypoint.
    /// - Throws: `.invalid` when it names no port of the service.
    func backend(of name: String, _ entrypoint: Entrypoint) throws(DeploydError) -> Int {
        guard let backend = ports[entrypoint.port] else {
            throw DeploydError(.invalid, "entrypoint \(name): the service has no port '\(entrypoint.port)'")
        }
        return backend
    }
}
