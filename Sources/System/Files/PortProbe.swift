import Glibc

/// Whether a TCP port of this machine can be listened on.
public enum PortProbe {
    /// Binds and listens on 127.0.0.1 for a moment. Another process may take the port right after.
    public static func isFree(_ port: UInt16) -> Bool {
        guard let socket = Descriptor(made: socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)) else { return false }
        var one: Int32 = 1
        // As servers do: connections of a process that has ended do not occupy the port.
        setsockopt(socket.number, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket.number, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        return bound == 0 && listen(socket.number, 1) == 0
    }
}
