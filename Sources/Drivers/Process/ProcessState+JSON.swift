import Core
import Model
import System

/// The recorded form: JSON, sealed by the store. `version` grows when older servers could not read it any more.
extension ProcessState {
    static let version: Int64 = 2

    var json: JSONValue {
        [
            // An older server would lose sight of the further replicas.
            "version": .integer(further.isEmpty ? 1 : ProcessState.version),
            "run": .string(run),
            "slot": .string(slot.rawValue),
            "ports": .object(ports.mapValues { .integer(Int64($0)) }),
            "entrypoints": .object(entrypoints.mapValues(\.json)),
            "certificates": .object(certificates.mapValues { .string($0.reveal()) }),
            "artifact": .string(artifact),
            "directory": .string(directory),
            "command": .array(command.map { .string($0.reveal()) }),
            "environment": .object(environment.mapValues { .string($0.reveal()) }),
            "further": .array(further.map(\.json)),
            "health": health.json,
            "limits": .object(
                [
                    "cpuMillis": limits.cpuMillis.map { .integer(Int64($0)) },
                    "memoryBytes": limits.memoryBytes.map { .integer($0) },
                ].compactMapValues(\.self)),
            "drain": .integer(drain.milliseconds),
            "secrets": .array(secrets.map { .string($0.reveal()) }),
        ]
    }

    var sealed: Secret { Secret(json.text) }

    /// - Throws: `.conflict` when it was not written by this driver, or by a newer one.
    init(_ workload: Secret) throws(DeploydError) {
        let unreadable = DeploydError(
            .conflict, "the recorded state of the workload cannot be read: destroy the instance and deploy it again")
        guard let json = try? JSONValue.parse(workload.reveal()) else { throw unreadable }
        if let version = json["version"]?.integer, version > ProcessState.version {
            throw DeploydError(
                .conflict, "a newer deployd recorded this workload (format \(version)): upgrade this one")
        }
        guard let run = json["run"]?.string, FileTree.isPlainName(run),
            let slot = json["slot"]?.string.flatMap(Slot.init), let ports = json["ports"]?.object,
            let entrypoints = json["entrypoints"]?.object, let artifact = json["artifact"]?.string,
            let directory = json["directory"]?.string, let command = json["command"]?.array,
            let environment = json["environment"]?.object, let health = json["health"].flatMap(HealthProbe.init),
            let drain = json["drain"]?.integer, let secrets = json["secrets"]?.array
        else { throw unreadable }
        self.run = run
        self.slot = slot
        self.ports = ports.compactMapValues { $0.integer.map(Int.init) }
        self.entrypoints = entrypoints.compactMapValues(Entrypoint.init(json:))
        certificates = (json["certificates"]?.object ?? [:]).compactMapValues { $0.string.map(Secret.init) }
        self.artifact = artifact
        self.directory = directory
        self.command = command.compactMap { $0.string.map(Secret.init) }
        self.environment = environment.compactMapValues { $0.string.map(Secret.init) }
        let replicas = json["further"]?.array ?? []
        further = replicas.compactMap(Replica.init(json:))
        guard further.count == replicas.count else { throw unreadable }
        self.health = health
        limits = WorkloadLimits(
            cpuMillis: json["limits"]?["cpuMillis"]?.integer.map(Int.init),
            memoryBytes: json["limits"]?["memoryBytes"]?.integer)
        self.drain = .milliseconds(drain)
        self.secrets = secrets.compactMap { $0.string.map(Secret.init) }
    }
}

extension ProcessState.Replica {
    fileprivate var json: JSONValue {
        [
            "run": .string(run), "ports": .object(ports.mapValues { .integer(Int64($0)) }),
            "command": .array(command.map { .string($0.reveal()) }),
            "environment": .object(environment.mapValues { .string($0.reveal()) }),
        ]
    }

    fileprivate init?(json: JSONValue) {
        guard let run = json["run"]?.string, FileTree.isPlainName(run), let ports = json["ports"]?.object,
            let command = json["command"]?.array, let environment = json["environment"]?.object
        else { return nil }
        self.run = run
        self.ports = ports.compactMapValues { $0.integer.map(Int.init) }
        self.command = command.compactMap { $0.string.map(Secret.init) }
        self.environment = environment.compactMapValues { $0.string.map(Secret.init) }
    }
}

extension ProcessState.Entrypoint {
    fileprivate var json: JSONValue {
        var members: [String: JSONValue] = ["port": .string(port)]
        if let listen { members["listen"] = .integer(Int64(listen)) }
        if path != "/" { members["path"] = .string(path) }
        if let allowed { members["allowed"] = .array(allowed.map { .string($0) }) }
        if let route { members["route"] = route.json }
        return .object(members)
    }

    fileprivate init?(json: JSONValue) {
        guard let port = json["port"]?.string else { return nil }
        self.init(
            port: port, listen: json["listen"]?.integer.map(Int.init), path: json["path"]?.string ?? "/",
            allowed: json["allowed"]?.array?.compactMap(\.string), route: json["route"].flatMap(ProxyRoute.init(json:)))
    }
}

extension HealthProbe {
    fileprivate var json: JSONValue {
        var members: [String: JSONValue] = [
            "interval": .integer(interval.milliseconds), "timeout": .integer(timeout.milliseconds),
            "deadline": .integer(deadline.milliseconds),
        ]
        switch kind {
        case .http(let path, let port):
            members["path"] = .string(path)
            members["port"] = .string(port)
        case .tcp(let port): members["port"] = .string(port)
        case .staysUp(let duration): members["staysUp"] = .integer(duration.milliseconds)
        }
        return .object(members)
    }

    fileprivate init?(_ json: JSONValue) {
        guard let interval = json["interval"]?.integer, let timeout = json["timeout"]?.integer,
            let deadline = json["deadline"]?.integer
        else { return nil }
        let kind: Kind
        if let port = json["port"]?.string {
            kind = json["path"]?.string.map { .http(path: $0, port: port) } ?? .tcp(port: port)
        } else if let duration = json["staysUp"]?.integer {
            kind = .staysUp(.milliseconds(duration))
        } else {
            return nil
        }
        self.init(
            kind: kind, interval: .milliseconds(interval), timeout: .milliseconds(timeout),
            deadline: .milliseconds(deadline))
    }
}
