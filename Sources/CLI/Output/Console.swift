import Core
import Glibc

/// Standard output and what it can show.
struct Console: Sendable {
    let isTerminal: Bool
    /// Whether standard error is a terminal.
    let notesAreOnTerminal: Bool
    let hasColour: Bool
    private let write: @Sendable (Int32, [UInt8]) -> Void

    init(environment: [String: String]) {
        isTerminal = isatty(1) == 1
        notesAreOnTerminal = isatty(2) == 1
        // https://no-color.org
        hasColour = isTerminal && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
        write = Console.writeAll
    }

    /// For tests: nothing is a terminal, and `write` gets descriptor and bytes.
    init(write: @escaping @Sendable (Int32, [UInt8]) -> Void) {
        isTerminal = false
        notesAreOnTerminal = false
        hasColour = false
        self.write = write
    }

    func line(_ text: String) { write(1, Array((text + "\n").utf8)) }
    func bytes(_ bytes: [UInt8]) { write(1, bytes) }
    func error(_ text: String) { write(2, Array((text + "\n").utf8)) }

    /// Notes on the way of long work: on standard error, so that output stays what was asked for.
    func progress(_ text: String) { error(text) }
    func progress(bytes: [UInt8]) { write(2, bytes) }

    private static let writeAll: @Sendable (Int32, [UInt8]) -> Void = { descriptor, bytes in
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}

enum Colour: String {
    case green = "32"
    case yellow = "33"
    case red = "31"
    case dim = "2"
}

extension Console {
    func paint(_ text: String, _ colour: Colour?) -> String {
        guard hasColour, let colour else { return text }
        return "\u{1B}[\(colour.rawValue)m\(text)\u{1B}[0m"
    }
}
