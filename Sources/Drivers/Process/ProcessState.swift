import Core
import Model

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
        /// The stable port of this host.
        let listen: Int
    }

    /// The name of the supervisor's directory below the instance's: the deployment's id, for a service.
    let run: String
    let slot: Slot
    /// Where the process listens, by port name.
    let ports: [String: Int]
    let entrypoints: [String: Entrypoint]
    /// The artifact's key within the application.
    let artifact: String
    /// The service's folder in the artifact.
    let directory: String
    let command: [Secret]
    /// Everything that the process is given, the driver's own variables too.
    let environment: [String: Secret]
    let health: HealthProbe
    let limits: WorkloadLimits
    let drain: Duration
    let secrets: [Secret]

    /// What an attempt would record.
    /// - Parameter stable: the stable port of each entrypoint.
    init(
        _ request: WorkloadRequest, run: String, command: [Secret], slot: Slot, stable: [String: Int],
        directory: String,
        environment: [String: Secret]
    ) {
        self.run = run
        self.slot = slot
        ports = request.addresses.listen
        entrypoints = Dictionary(
            uniqueKeysWithValues: request.spec.entrypoints.compactMap { name, port in
                stable[name].map { (name, Entrypoint(port: port, listen: $0)) }
            })
        artifact = request.release.source.key
        self.directory = directory
        self.command = command
        self.environment = environment
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

    var redactor: Redactor { Redactor(secrets) }

    /// The port behind each entrypoint.
    /// - Throws: `.invalid` when an entrypoint names no port of the service.
    func backends() throws(DeploydError) -> [String: (listen: Int, backend: Int)] {
        var result: [String: (listen: Int, backend: Int)] = [:]
        for (name, entrypoint) in entrypoints {
            guard let backend = ports[entrypoint.port] else {
                throw DeploydError(.invalid, "entrypoint \(name): the service has no port '\(entrypoint.port)'")
            }
            result[name] = (entrypoint.listen, backend)
        }
        return result
    }
}
