import Core
import Glibc

/// Whether addresses can be listened on, and whether something does. It blocks, for a moment: use it on a thread of its
/// own.
enum ProxyProbe {
    /// Why no listener could be made here now; nil when one could.
    ///
    /// HAProxy must not find out by itself: before it gives up on a port that is taken, it pauses all its listeners.
    static func problem(_ address: ProxyAddress) -> String? {
        var number = EMFILE
        // As HAProxy does it: connections that ended do not occupy a port.
        let isFree = withSocket(address) { socket, pointer, size in
            var one: Int32 = 1
            setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
            guard bind(socket, pointer, size) == 0 && listen(socket, 1) == 0 else {
                number = errno
                return false
            }
            return true
        }
        if isFree { return nil }
        let way =
            switch number {
            case EACCES: "; ports below 1024 need CAP_NET_BIND_SERVICE"
            case EADDRINUSE: SocketTable.now().holder(of: address.port).map { " by \($0): end it" } ?? ""
            default: ""
            }
        return "\(address) cannot be listened on: \(describe(errno: number))\(way)"
    }

    static func accepts(_ address: ProxyAddress) -> Bool {
        withSocket(address.reachable) { connect($0, $1, $2) == 0 }
    }

    private static func withSocket(
        _ address: ProxyAddress, _ body: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Bool
    ) -> Bool {
        let isIPv6 = address.host.contains(":")
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard let socket = Descriptor(made: socket(isIPv6 ? AF_INET6 : AF_INET, type, 0)) else { return false }
        let port = in_port_t(UInt16(address.port).bigEndian)
        if isIPv6 {
            var storage = sockaddr_in6()
            storage.sin6_family = sa_family_t(AF_INET6)
            storage.sin6_port = port
            inet_pton(AF_INET6, address.host, &storage.sin6_addr)
            return withUnsafePointer(to: &storage) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    body(socket.number, $0, socklen_t(MemoryLayout<sockaddr_in6>.size))
                }
            }
        }
        var storage = sockaddr_in()
        storage.sin_family = sa_family_t(AF_INET)
        storage.sin_port = port
        inet_pton(AF_INET, address.host, &storage.sin_addr)
        return withUnsafePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body(socket.number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
