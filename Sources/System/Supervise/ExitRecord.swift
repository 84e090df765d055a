public import Core

/// How a supervised process ended, and when.
public struct ExitRecord: Sendable, Equatable {
    public enum Reason: Sendable, Equatable {
        case ended(ExitStatus)
        /// It could not be started at all: a sentence that says why.
        case failedToStart(String)
    }

    public let reason: Reason
    public let time: Timestamp
    /// The kernel killed something of it because it needed more memory than its limit.
    public let isOutOfMemory: Bool

    public init(_ reason: Reason, time: Timestamp, isOutOfMemory: Bool = false) {
        self.reason = reason
        self.time = time
        self.isOutOfMemory = isOutOfMemory
    }
}

extension ExitRecord: CustomStringConvertible {
    public var description: String {
        switch reason {
        case .ended(let status): isOutOfMemory ? "\(status), out of its memory limit" : status.description
        case .failedToStart(let text): "could not start: \(text)"
        }
    }
}

extension ExitRecord {
    /// `{"version":1,"exited":STATUS | "signalled":SIGNAL | "failed":TEXT,"time":RFC3339}`.
    var json: JSONValue {
        let (key, value): (String, JSONValue) =
            switch reason {
            case .ended(.exited(let status)): ("exited", .integer(Int64(status)))
            case .ended(.signalled(let signal)): ("signalled", .integer(Int64(signal)))
            case .failedToStart(let text): ("failed", .string(text))
            }
        var members: [String: JSONValue] = ["version": 1, key: value, "time": .string(time.rfc3339)]
        if isOutOfMemory { members["outOfMemory"] = true }
        return .object(members)
    }

    /// Nil for anything that is no exit record.
    init?(_ json: JSONValue) {
        guard let time = json["time"]?.string.flatMap(Timestamp.init(rfc3339:)) else { return nil }
        let reason: Reason
        if let status = json["exited"]?.integer {
            reason = .ended(.exited(Int32(truncatingIfNeeded: status)))
        } else if let signal = json["signalled"]?.integer {
            reason = .ended(.signalled(Int32(truncatingIfNeeded: signal)))
        } else if let text = json["failed"]?.string {
            reason = .failedToStart(text)
        } else {
            return nil
        }
        self.init(reason, time: time, isOutOfMemory: json["outOfMemory"]?.bool ?? false)
    }
}
