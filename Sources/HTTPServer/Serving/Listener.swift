internal import Core
import Glibc

/// Listening sockets that share one address by SO_REUSEPORT, one for each loop.
enum Listener {
    /// - Returns: where they listen, and `count` non-blocking descriptors that the caller closes.
    /// - Throws: `DeploydError` that names the address.
    static func open(_ address: String, count: Int) throws -> (BoundAddress, [Int32]) {
        guard let wanted = BoundAddress(parsing: address) else {
            throw DeploydError(.invalid, "Cannot listen on '\(address)': write host:port, such as 127.0.0.1:8420.")
        }
        var resolved = try resolve(wanted)
        // With SO_REUSEPORT a second server of this user would share the port unnoticed: look first without it.
        if wanted.port != 0 { close(try bind(resolved, wanted, sharing: false)) }
        var descriptors: [Int32] = []
        do {
            for _ in 0..<max(1, count) {
                let descriptor = try bind(resolved, wanted, sharing: true)
                descriptors.append(descriptor)
                resolved = try boundName(of: descriptor)
            }
        } catch {
            descriptors.forEach { close($0) }
            throw error
        }
        return (name(of: resolved), descriptors)
    }

    private static func resolve(_ address: BoundAddress) throws -> sockaddr_storage {
        var hints = addrinfo()
        hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let status = getaddrinfo(address.host.isEmpty ? nil : address.host, String(address.port), &hints, &list)
        defer { if let list { freeaddrinfo(list) } }
        var candidates: [sockaddr_storage] = []
        var next = status == 0 ? list : nil
        while let entry = next {
            var storage = sockaddr_storage()
            let length = min(Int(entry.pointee.ai_addrlen), MemoryLayout<sockaddr_storage>.size)
            if let source = entry.pointee.ai_addr { memcpy(&storage, source, length) }
            candidates.append(storage)
            next = entry.pointee.ai_next
        }
        // For a name with both, such as localhost, IPv4: it is what clients try when told `127.0.0.1`.
        guard let chosen = candidates.first(where: { $0.ss_family == AF_INET }) ?? candidates.first else {
            throw DeploydError(.invalid, "Cannot listen on '\(address)': the host is not known here.")
        }
        return chosen
    }

    private static func bind(_ storage: sockaddr_storage, _ wanted: BoundAddress, sharing: Bool) throws -> Int32 {
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(Int32(storage.ss_family), kind, 0)
        guard descriptor >= 0 else { throw DeploydError.system("socket", errno: errno) }
        do {
            var options = [(SOL_SOCKET, SO_REUSEADDR), (SOL_SOCKET, SO_KEEPALIVE), (Int32(IPPROTO_TCP), TCP_NODELAY)]
            if sharing { options.append((SOL_SOCKET, SO_REUSEPORT)) }
            // Accepted sockets inherit these, which saves calls per connection.
            for (level, name) in options { try enable(descriptor, level, name) }
            var storage = storage
            let length = socklen_t(
                storage.ss_family == AF_INET ? MemoryLayout<sockaddr_in>.size : MemoryLayout<sockaddr_in6>.size)
            let status = withUnsafePointer(to: &storage) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.bind(descriptor, $0, length) }
            }
            guard status == 0, !sharing || listen(descriptor, 4096) == 0 else { throw failure(wanted, errno) }
        } catch {
            close(descriptor)
            throw error
        }
        return descriptor
    }

    private static func failure(_ wanted: BoundAddress, _ number: Int32) -> DeploydError {
        let advice = number == EADDRINUSE ? " Stop the program that listens there, or choose another port." : ""
        return DeploydError(
            number == EADDRINUSE ? .conflict : .invalid,
            "Cannot listen on \(wanted): \(describe(errno: number)).\(advice)")
    }

    private static func enable(_ descriptor: Int32, _ level: Int32, _ name: Int32) throws {
        var on: Int32 = 1
        guard setsockopt(descriptor, level, name, &on, socklen_t(MemoryLayout<Int32>.size)) == 0 else {
            throw DeploydError.system("setsockopt", errno: errno)
        }
    }

    private static func boundName(of descriptor: Int32) throws -> sockaddr_storage {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let status = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) }
        }
        guard status == 0 else { throw DeploydError.system("getsockname", errno: errno) }
        return storage
    }

    private static func name(of storage: sockaddr_storage) -> BoundAddress {
        withUnsafeBytes(of: storage) { bytes in
            let port = UInt16(bytes[2]) << 8 | UInt16(bytes[3])
            // sin_addr is at 4, sin6_addr at 8.
            let address =
                storage.ss_family == AF_INET
                ? PeerAddress(ipv4: bytes[4], bytes[5], bytes[6], bytes[7], port: port)
                : PeerAddress(bytes: bytes[8..<24], port: port)
            return BoundAddress(host: address.host, port: Int(port))
        }
    }
}
