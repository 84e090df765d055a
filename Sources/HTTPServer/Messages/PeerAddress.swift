import Glibc

/// An IP address and port. IPv4 is kept as IPv4 even when it came through an IPv6 socket.
public struct PeerAddress: Sendable, Hashable, CustomStringConvertible {
    /// The address as 16 bytes in network order; IPv4 in its mapped form (RFC 4291 §2.5.5.2).
    private let high: UInt64
    private let low: UInt64
    public let port: UInt16

    static let mappedPrefix: UInt64 = 0xFFFF << 32

    /// - Parameter bytes: 16 bytes in network order.
    init(bytes: some Sequence<UInt8>, port: UInt16) {
        var words: (UInt64, UInt64) = (0, 0)
        for (index, byte) in bytes.prefix(16).enumerated() {
            if index < 8 { words.0 = words.0 << 8 | UInt64(byte) } else { words.1 = words.1 << 8 | UInt64(byte) }
        }
        (high, low) = words
        self.port = port
    }

    public init(ipv4 a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8, port: UInt16) {
        high = 0
        low = PeerAddress.mappedPrefix | UInt64(a) << 24 | UInt64(b) << 16 | UInt64(c) << 8 | UInt64(d)
        self.port = port
    }

    public static let loopback = PeerAddress(ipv4: 127, 0, 0, 1, port: 0)

    public var isIPv4: Bool { high == 0 && low >> 32 == 0xFFFF }
    public var isLoopback: Bool { isIPv4 ? low >> 24 & 0xFF == 127 : high == 0 && low == 1 }

    /// The address alone, e.g. `192.0.2.7` or `2001:db8::1`.
    public var host: String {
        let bytes = (0..<16).map { UInt8(truncatingIfNeeded: ($0 < 8 ? high : low) >> UInt64(56 - 8 * ($0 % 8))) }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let source = isIPv4 ? Array(bytes[12...]) : bytes
        guard inet_ntop(isIPv4 ? AF_INET : AF_INET6, source, &text, socklen_t(text.count)) != nil else { return "?" }
        return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    public var description: String { isIPv4 ? "\(host):\(port)" : "[\(host)]:\(port)" }
}
