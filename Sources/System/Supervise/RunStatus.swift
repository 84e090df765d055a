public import Core

/// What a supervisor says about its process.
public struct RunStatus: Sendable, Equatable {
    public enum State: String, Sendable, CaseIterable {
        case starting, running
        /// It ended and is started again after a pause.
        case backoff
        case stopping, exited
        /// Said by a supervisor of another version.
        case unknown
    }

    public var state: State
    /// The process, while it runs.
    public var pid: Int32?
    public var supervisorPid: Int32
    /// When the present process was started.
    public var startedAt: Timestamp?
    /// How often it was started again.
    public var restarts: Int
    /// How it ended the last time.
    public var lastExit: ExitRecord?
    /// Whether it is started again when it ends.
    public var isKept: Bool

    public init(
        state: State, pid: Int32?, supervisorPid: Int32, startedAt: Timestamp?, restarts: Int, lastExit: ExitRecord?,
        isKept: Bool
    ) {
        self.state = state
        self.pid = pid
        self.supervisorPid = supervisorPid
        self.startedAt = startedAt
        self.restarts = restarts
        self.lastExit = lastExit
        self.isKept = isKept
    }
}

extension RunStatus {
    var json: JSONValue {
        [
            "state": .string(state.rawValue),
            "pid": pid.map { .integer(Int64($0)) } ?? .null,
            "supervisorPid": .integer(Int64(supervisorPid)),
            "startedAt": startedAt.map { .string($0.rfc3339) } ?? .null,
            "restarts": .integer(Int64(restarts)),
            "lastExit": lastExit?.json ?? .null,
            "kept": .bool(isKept),
        ]
    }

    /// Nil when it is no status; unknown fields are ignored.
    init?(_ json: JSONValue) {
        guard let state = json["state"]?.string, let supervisor = json["supervisorPid"]?.integer else { return nil }
        self.init(
            state: State(rawValue: state) ?? .unknown,
            pid: json["pid"]?.integer.map(Int32.init(truncatingIfNeeded:)),
            supervisorPid: Int32(truncatingIfNeeded: supervisor),
            startedAt: json["startedAt"]?.string.flatMap(Timestamp.init(rfc3339:)),
            restarts: json["restarts"]?.integer.map(Int.init(truncatingIfNeeded:)) ?? 0,
            lastExit: json["lastExit"].flatMap(ExitRecord.init), isKept: json["kept"]?.bool ?? false)
    }
}
