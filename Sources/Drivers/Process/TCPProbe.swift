import Core
import Glibc

/// Tries to connect to a port of this host. It blocks for its time-out at most.
enum TCPProbe {
    /// - Returns: nil when the port accepts a connection.
    static func problem(port: Int, timeout: Duration) -> String? {
        guard let number = UInt16(exactly: port) else { return "\(port) is not a port" }
        let flags = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(AF_INET, flags, 0)
        guard descriptor >= 0 else { return "socket: \(describe(errno: errno))" }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = number.bigEndian
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        let result = withUnsafeBytes(of: &address) { bytes in
            guard let base = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return Int32(-1) }
            return connect(descriptor, base, socklen_t(bytes.count))
        }
        if result == 0 { return nil }
        guard errno == EINPROGRESS else { return text(errno, port) }
        var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard poll(&wait, 1, Int32(clamping: timeout.milliseconds)) > 0 else {
            return "port \(port) did not accept a connection within \(timeout.inSeconds)"
        }
        var failure: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &failure, &size)
        return failure == 0 ? nil : text(failure, port)
    }

    private static func text(_ number: Int32, _ port: Int) -> String {
        number == ECONNREFUSED
            ? "connection refused on port \(port)" : "connecting to port \(port): \(describe(errno: number))"
    }
}
