import Glibc

/// A TCP socket of this machine as `/proc/net/tcp` and `/proc/net/tcp6` have it (proc(5)).
struct SocketEntry: Equatable {
    /// In numbers: `127.0.0.1`, `::1`.
    let host: String
    let port: Int
    let isListening: Bool
    /// Of the socket; 0 when no process has it any more.
    let inode: UInt64

    var address: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// Reads one line; nil when it is the heading, or none.
    init?(line: Substring) {
        let fields = line.split(separator: " ")
        guard fields.count > 9, let colon = fields[1].lastIndex(of: ":"),
            let host = SocketEntry.host(fields[1][..<colon]),
            let port = Int(fields[1][fields[1].index(after: colon)...], radix: 16), let inode = UInt64(fields[9])
        else { return nil }
        self.host = host
        self.port = port
        // TCP_LISTEN.
        isListening = fields[3] == "0A"
        self.inode = inode
    }

    static func parse(_ text: String) -> [SocketEntry] {
        text.split(separator: "\n").compactMap(SocketEntry.init(line:))
    }

    /// The bytes of an address are in words of four, each in the order of the machine.
    private static func host(_ text: Substring) -> String? {
        let digits = Array(text.utf8)
        guard digits.count == 8 || digits.count == 32 else { return nil }
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: digits.count, by: 8) {
            guard let word = UInt32(String(decoding: digits[start..<start + 8], as: UTF8.self), radix: 16) else {
                return nil
            }
            withUnsafeBytes(of: word) { bytes += Array($0) }
        }
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let family = bytes.count == 4 ? AF_INET : AF_INET6
        guard inet_ntop(family, bytes, &buffer, socklen_t(buffer.count)) != nil else { return nil }
        return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
