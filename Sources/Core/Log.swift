import Glibc

/// Log lines on standard error: `TIME LEVEL message key=value …`. Values that need it are quoted as JSON strings.
public struct Log: Sendable {
    public enum Level: Int, Sendable, Comparable, CaseIterable {
        case debug, info, warning, error
        public static func < (a: Level, b: Level) -> Bool { a.rawValue < b.rawValue }
        public init?(_ name: String) {
            guard let level = Level.allCases.first(where: { "\($0)" == name }) else { return nil }
            self = level
        }
    }

    private let level: Level
    private let context: [(String, String)]
    private let write: @Sendable (String) -> Void

    /// - Parameter write: receives each whole line with its newline; standard error when left out.
    public init(level: Level = .info, write: @escaping @Sendable (String) -> Void = Log.toStandardError) {
        self.init(level: level, context: [], write: write)
    }

    private init(level: Level, context: [(String, String)], write: @escaping @Sendable (String) -> Void) {
        self.level = level
        self.context = context
        self.write = write
    }

    /// A log that adds `key=value` to each line.
    public func with(_ key: String, _ value: String) -> Log {
        Log(level: level, context: context + [(key, value)], write: write)
    }

    public func debug(_ message: @autoclosure () -> String, _ fields: KeyValuePairs<String, String> = [:]) {
        line(.debug, message, fields)
    }
    public func info(_ message: @autoclosure () -> String, _ fields: KeyValuePairs<String, String> = [:]) {
        line(.info, message, fields)
    }
    public func warning(_ message: @autoclosure () -> String, _ fields: KeyValuePairs<String, String> = [:]) {
        line(.warning, message, fields)
    }
    public func error(_ message: @autoclosure () -> String, _ fields: KeyValuePairs<String, String> = [:]) {
        line(.error, message, fields)
    }

    private func line(_ level: Level, _ message: () -> String, _ fields: KeyValuePairs<String, String>) {
        guard level >= self.level else { return }
        var text = "\(SystemClock().now()) \(level) \(oneLine(message()))"
        for (key, value) in context { text += " \(key)=\(quoted(value))" }
        for (key, value) in fields { text += " \(key)=\(quoted(value))" }
        write(text + "\n")
    }

    public static let toStandardError: @Sendable (String) -> Void = { text in
        let bytes = Array(text.utf8)
        _ = bytes.withUnsafeBytes { Glibc.write(2, $0.baseAddress, $0.count) }
    }
}

/// `text` with its control characters escaped: output of other programs may forge lines or steer a terminal.
private func oneLine(_ text: String) -> String {
    guard text.utf8.contains(where: isControl) else { return text }
    return text.unicodeScalars.reduce(into: "") { result, scalar in
        guard scalar.isASCII, isControl(UInt8(scalar.value)) else { return result.unicodeScalars.append(scalar) }
        result += scalar.escaped(asASCII: true)
    }
}

private func isControl(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7F }

private func quoted(_ value: String) -> String {
    let plain =
        !value.isEmpty
        && value.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "=") }
    // JSON leaves DEL as it is.
    return plain ? value : oneLine(JSONValue.string(value).text)
}
