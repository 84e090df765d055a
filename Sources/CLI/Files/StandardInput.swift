import Core
import Glibc

enum StandardInput {
    static var isTerminal: Bool { isatty(0) == 1 }

    /// Everything up to the end of input.
    /// - Throws: `.tooLarge` past `limit` bytes.
    static func read(limit: Int) throws(DeploydError) -> [UInt8] {
        try read(limit: limit) { _ in false }
    }

    /// One line from a terminal, with its end.
    static func readLine() throws(DeploydError) -> [UInt8] { try read(limit: 4096) { $0.last == 0x0A } }

    /// One line from a terminal, which does not show it.
    static func readHiddenLine() throws(DeploydError) -> [UInt8] {
        var before = termios()
        guard tcgetattr(0, &before) == 0 else { throw .system("reading the terminal", errno: errno) }
        var hidden = before
        hidden.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(0, TCSAFLUSH, &hidden)
        defer { tcsetattr(0, TCSAFLUSH, &before) }
        return try read(limit: 4096) { $0.last == 0x0A }
    }

    private static func read(limit: Int, until isEnough: ([UInt8]) -> Bool) throws(DeploydError) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !isEnough(bytes) {
            let count = Glibc.read(0, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .system("reading standard input", errno: errno) }
            guard count > 0 else { break }
            bytes += buffer[..<count]
            guard bytes.count <= limit else { throw DeploydError(.tooLarge, "more than \(limit) bytes of input") }
        }
        return bytes
    }
}
