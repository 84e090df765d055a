import Core

extension RunSpecification {
    static let version: Int64 = 1
    /// Bytes of its JSON text; more than Linux gives arguments and environment of a process (2 MiB by default).
    static let maximumSize = 4 << 20

    /// As the supervisor gets it. Times are in milliseconds.
    func json(directory: String) -> JSONValue {
        [
            "version": .integer(RunSpecification.version),
            "directory": .string(directory),
            "command": .array(command.map(JSONValue.string)),
            "environment": .object(environment.mapValues(JSONValue.string)),
            "workingDirectory": .string(workingDirectory),
            "limits": [
                "memoryBytes": limits.memoryBytes.map(JSONValue.integer) ?? .null,
                "cpuMillis": limits.cpuMillis.map(JSONValue.integer) ?? .null,
            ],
            "openFiles": .integer(Int64(openFiles)),
            "log": ["maxBytes": .integer(Int64(log.maximumBytes)), "keep": .integer(Int64(log.keep))],
            "stopGrace": .integer(stopGrace.milliseconds),
            "restart": [
                "initial": .integer(restart.initial.milliseconds), "maximum": .integer(restart.maximum.milliseconds),
            ],
            "once": .bool(isOnce),
        ]
    }

    /// Reads what `json` wrote; unknown fields are ignored and missing ones take their defaults.
    /// - Throws: `DeploydError` (`invalid`) without the text, which may hold secrets.
    static func parse(_ bytes: [UInt8]) throws(DeploydError) -> (RunSpecification, directory: String) {
        guard let value = try? JSONValue.parse(bytes), value["version"]?.integer == version,
            let directory = value["directory"]?.string, directory.hasPrefix("/"),
            let command = value["command"]?.array?.compactMap(\.string), !command.isEmpty,
            let workingDirectory = value["workingDirectory"]?.string, workingDirectory.hasPrefix("/")
        else {
            throw DeploydError(
                .invalid,
                "supervise reads its specification from standard input: JSON of version 1 with directory, command and"
                    + " workingDirectory (absolute). It is started by 'deployd serve', not by hand")
        }
        var specification = RunSpecification(
            command: command, environment: (value["environment"]?.object ?? [:]).compactMapValues(\.string),
            workingDirectory: workingDirectory)
        specification.limits = ResourceLimits(
            memoryBytes: value["limits"]?["memoryBytes"]?.integer, cpuMillis: value["limits"]?["cpuMillis"]?.integer)
        if let count = value["openFiles"]?.integer { specification.openFiles = Int(max(0, count)) }
        if let bytes = value["log"]?["maxBytes"]?.integer { specification.log.maximumBytes = max(1, Int(bytes)) }
        if let keep = value["log"]?["keep"]?.integer { specification.log.keep = max(1, Int(min(keep, 1000))) }
        if let grace = value["stopGrace"].flatMap(milliseconds) { specification.stopGrace = grace }
        if let pause = value["restart"]?["initial"].flatMap(milliseconds) { specification.restart.initial = pause }
        if let pause = value["restart"]?["maximum"].flatMap(milliseconds) { specification.restart.maximum = pause }
        specification.isOnce = value["once"]?.bool ?? false
        return (specification, directory)
    }
}

/// A duration of 0 to 24 hours in milliseconds, nil for what is not a number.
func milliseconds(_ value: JSONValue) -> Duration? {
    value.integer.map { .milliseconds(min(max(0, $0), 86_400_000)) }
}
