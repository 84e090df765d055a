import Glibc
public import Model
import System

/// Asks the kernel whether a port can be listened on.
public struct SystemPortProbe: HostPortProbe {
    public init() {}

    public var outgoing: ClosedRange<Int>? { OutgoingPorts.range }

    /// Whether TCP `port` can be bound on every address of IPv4 and, where the machine has it, IPv6: a service may
    /// listen on any of them.
    public func isFree(_ port: Int) -> Bool {
        guard let number = UInt16(exactly: port), number > 0 else { return false }
        return canBindIPv4(number) && canBindIPv6(number)
    }

    private func canBindIPv4(_ port: UInt16) -> Bool {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        return withUnsafeBytes(of: &address) { canBind(AF_INET, $0) }
    }

    private func canBindIPv6(_ port: UInt16) -> Bool {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = port.bigEndian
        return withUnsafeBytes(of: &address) { canBind(AF_INET6, $0) }
    }

    /// A machine without the family has nobody listening there. `SO_REUSEADDR` looks past connections in TIME_WAIT, as
    /// the services that will listen do; it does not look past a listener.
    private func canBind(_ family: Int32, _ address: UnsafeRawBufferPointer) -> Bool {
        let descriptor = socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return true }
        defer { close(descriptor) }
        var on: Int32 = 1
        setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, socklen_t(MemoryLayout<Int32>.size))
        if family == AF_INET6 {
            setsockopt(
                descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, &on, socklen_t(MemoryLayout<Int32>.size))
        }
        guard let base = address.baseAddress?.assumingMemoryBound(to: sockaddr.self) else { return false }
        return bind(descriptor, base, socklen_t(address.count)) == 0 || errno == EADDRNOTAVAIL
    }
}
