public import Core
import Glibc

/// Small files of tests.
public enum TextFile {
    /// - Returns: nothing where there is no such file.
    public static func read(_ path: String) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return "" }
        defer { close(file) }
        var text: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(file, &buffer, buffer.count)
            guard count > 0 else { return String(decoding: text, as: UTF8.self) }
            text += buffer.prefix(count)
        }
    }

    public static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Puts the text there at once: whoever reads it meanwhile finds the old one or this.
    public static func write(_ text: String, to path: String) throws(DeploydError) {
        let file = open("\(path).new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .system("open \(path)", errno: errno) }
        defer { close(file) }
        guard Glibc.write(file, text, text.utf8.count) == text.utf8.count, rename("\(path).new", path) == 0 else {
            throw .system("write \(path)", errno: errno)
        }
    }
}
