import Core
import Glibc

enum StandardInput {
    /// Everything up to the end of input.
    /// - Throws: `.tooLarge` past `limit` bytes.
    static func read(limit: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = Glibc.read(0, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw DeploydError.system("reading standard input", errno: errno) }
            guard count > 0 else { return bytes }
            bytes += buffer[..<count]
            guard bytes.count <= limit else { throw DeploydError(.tooLarge, "more than \(limit) bytes of input") }
        }
    }
}
