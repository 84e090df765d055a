import Core

/// What a server asks of a supervisor: one line of JSON, answered by one line.
///
/// A server meets supervisors of older versions and the other way round: unknown fields are ignored, and an unknown
/// command is answered by `"ok": false` with the code `notBuiltYet`.
enum ControlRequest: Equatable {
    case status
    /// Start the process again whenever it ends.
    case keep
    /// End it: SIGTERM, SIGKILL after the grace. The supervisor's own grace when nil.
    case stop(grace: Duration?)
    /// Send a signal to the process (not to its group).
    case signal(Int32)
    case unknown(String)

    static let version: Int64 = 1
    /// Bytes of a line, either way.
    static let maximumLine = 64 * 1024

    var json: JSONValue {
        var members: [String: JSONValue] = ["version": .integer(ControlRequest.version)]
        switch self {
        case .status: members["command"] = "status"
        case .keep: members["command"] = "keep"
        case .stop(let grace):
            members["command"] = "stop"
            members["grace"] = grace.map { .integer($0.milliseconds) } ?? .null
        case .signal(let number):
            members["command"] = "signal"
            members["signal"] = .integer(Int64(number))
        case .unknown(let name): members["command"] = .string(name)
        }
        return .object(members)
    }

    /// Nil for a line that is no request at all.
    init?(line: some Sequence<UInt8>) {
        guard let json = try? JSONValue.parse(line), let command = json["command"]?.string else { return nil }
        switch command {
        case "status": self = .status
        case "keep": self = .keep
        case "stop": self = .stop(grace: json["grace"].flatMap(milliseconds))
        case "signal":
            guard let number = json["signal"]?.integer, (1...64).contains(number) else { return nil }
            self = .signal(Int32(number))
        default: self = .unknown(command)
        }
    }
}

/// A supervisor's answer.
enum ControlResponse: Equatable {
    case status(RunStatus)
    case refused(DeploydError.Code, String)

    var json: JSONValue {
        switch self {
        case .status(let status):
            ["version": .integer(ControlRequest.version), "ok": true, "status": status.json]
        case .refused(let code, let text):
            [
                "version": .integer(ControlRequest.version), "ok": false, "code": .string(code.rawValue),
                "error": .string(text),
            ]
        }
    }

    /// Nil for a line that is no answer.
    init?(line: some Sequence<UInt8>) {
        guard let json = try? JSONValue.parse(line), let isOk = json["ok"]?.bool else { return nil }
        if isOk {
            guard let status = json["status"].flatMap(RunStatus.init) else { return nil }
            self = .status(status)
        } else {
            let code = json["code"]?.string.flatMap(DeploydError.Code.init) ?? .internal
            self = .refused(code, json["error"]?.string ?? "the supervisor refused")
        }
    }
}
