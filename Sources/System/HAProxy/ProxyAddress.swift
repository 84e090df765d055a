import Glibc

/// An address and port of TCP, in numbers: no name that something would have to look up.
public struct ProxyAddress: Sendable, Hashable, CustomStringConvertible {
    public let host: String
    public let port: Int

    /// - Parameter host: an IPv4 or IPv6 address.
    /// - Returns: nil when it is none, or the port is not 1 to 65535.
    public init?(host: String, port: Int) {
        var buffer = in6_addr()
        guard (1...65535).contains(port),
            inet_pton(AF_INET, host, &buffer) == 1 || inet_pton(AF_INET6, host, &buffer) == 1
        else { return nil }
        self.host = host
        self.port = port
    }

    /// `127.0.0.1:80`, `[::1]:80`: also as HAProxy's configuration has it.
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// Where to connect to what listens here.
    var reachable: ProxyAddress {
        switch host {
        case "0.0.0.0": ProxyAddress(host: "127.0.0.1", port: port) ?? self
        case "::": ProxyAddress(host: "::1", port: port) ?? self
        default: self
        }
    }
}
