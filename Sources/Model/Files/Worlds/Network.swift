import Glibc

/// Addresses of clients: an IPv4 or IPv6 network in the notation of RFC 4632 and RFC 4291.
public struct Network: Sendable, Hashable, CustomStringConvertible {
    /// `203.0.113.0/24`; a single address has all its bits.
    public let description: String

    /// - Returns: nil, or the network that was probably meant, where `text` is none.
    static func parse(_ text: String) -> Result<Network, Mistake> {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard let address = bytes(parts[0]) else { return .failure(Mistake(meant: nil)) }
        let width = address.count * 8
        var length = width
        if parts.count == 2 {
            let isPlain = parts[1].utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            guard isPlain, parts[1].count <= 3, let number = Int(parts[1]), number <= width else {
                return .failure(Mistake(meant: nil))
            }
            length = number
        }
        let masked = address.enumerated().map { index, byte in
            let bits = min(8, max(0, length - index * 8))
            return byte & ~UInt8(truncatingIfNeeded: 0xFF >> bits)
        }
        let network = Network(description: "\(notation(of: masked))/\(length)")
        return masked == address ? .success(network) : .failure(Mistake(meant: network))
    }

    /// Not a network.
    struct Mistake: Error {
        /// The network of an address that has more bits than its prefix.
        let meant: Network?
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 { return withUnsafeBytes(of: &four) { Array($0) } }
        var sixteen = in6_addr()
        return inet_pton(AF_INET6, text, &sixteen) == 1 ? withUnsafeBytes(of: &sixteen) { Array($0) } : nil
    }

    private static func notation(of bytes: [UInt8]) -> String {
        let size = Int(INET6_ADDRSTRLEN)
        var buffer = [CChar](repeating: 0, count: size)
        inet_ntop(bytes.count == 4 ? AF_INET : AF_INET6, bytes, &buffer, socklen_t(size))
        return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
