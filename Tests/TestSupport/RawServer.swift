import Core
import Glibc
import Synchronization

/// A server that answers byte for byte what a test wants, good HTTP or not. One thread per connection.
public final class RawServer: Sendable {
    public struct Request: Sendable {
        public var line = ""
        public var headers: [String] = []
        public var body: [UInt8] = []
        /// Which connection it came by, counted from 1.
        public var connection = 0

        public var path: String { String(line.split(separator: " ").dropFirst().first ?? "") }
    }

    public typealias Handler = @Sendable (Request, RawConnection) -> Void

    public let url: String
    private let listener: Int32
    private let connections: Shared

    /// - Parameter handler: writes the answer; may close the connection.
    public init(unixSocket: String? = nil, _ handler: @escaping Handler) {
        if let unixSocket {
            listener = listenUnix(unixSocket)
            url = "http://localhost"
        } else {
            let (socket, port) = listenLoopback()
            listener = socket
            url = "http://127.0.0.1:\(port)"
        }
        connections = Shared()
        let (listener, connections) = (listener, connections)
        startThread {
            while case let socket = accept(listener, nil, nil), socket >= 0 {
                let number = connections.add(socket)
                startThread { serve(RawConnection(socket: socket), number, handler) }
            }
        }
    }

    /// How many connections were made.
    public var accepted: Int { connections.count }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
        connections.shutDown()
    }

    private final class Shared: Sendable {
        private let sockets = Mutex<[Int32]>([])
        var count: Int { sockets.withLock(\.count) }
        func add(_ socket: Int32) -> Int {
            sockets.withLock {
                $0.append(socket)
                return $0.count
            }
        }
        func shutDown() { sockets.withLock { $0.forEach { shutdown($0, Int32(SHUT_RDWR)) } } }
    }
}

/// A client's connection to a `RawServer`.
public struct RawConnection: Sendable {
    let socket: Int32

    /// False once the client has gone.
    @discardableResult public func write(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBytes { bytes in
            var sent = 0
            while sent < bytes.count {
                let rest = UnsafeRawBufferPointer(rebasing: bytes[sent...])
                let count = send(socket, rest.baseAddress, rest.count, Int32(MSG_NOSIGNAL))
                guard count > 0 else { return false }
                sent += count
            }
            return true
        }
    }

    @discardableResult public func write(_ text: String) -> Bool { write(Array(text.utf8)) }

    public func answer(_ body: String = "", status: String = "200 OK", headers: [String] = []) {
        let head = ["HTTP/1.1 \(status)", "Content-Length: \(body.utf8.count)"] + headers
        write(head.joined(separator: "\r\n") + "\r\n\r\n" + body)
    }

    public func end() { shutdown(socket, Int32(SHUT_RDWR)) }

    /// Passes bytes on between the client and a port of this machine, until one of them has gone.
    public func tunnel(to port: UInt16) {
        let peer = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(peer) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(peer, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard connected else { return end() }
        let ends = [(self, RawConnection(socket: peer)), (RawConnection(socket: peer), self)]
        while true {
            var waited = ends.map { pollfd(fd: $0.0.socket, events: Int16(POLLIN), revents: 0) }
            guard poll(&waited, 2, -1) > 0 else { return end() }
            for (index, (from, to)) in ends.enumerated() where waited[index].revents != 0 {
                var bytes: [UInt8] = []
                guard from.read(into: &bytes), to.write(bytes) else { return end() }
            }
        }
    }

    /// Returns when the client has gone.
    public func waitForClient() {
        var byte: UInt8 = 0
        while recv(socket, &byte, 1, 0) > 0 {}
    }

    fileprivate func read(into buffer: inout [UInt8]) -> Bool {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = recv(socket, &bytes, bytes.count, 0)
        guard count > 0 else { return false }
        buffer += bytes.prefix(count)
        return true
    }
}

private func serve(_ connection: RawConnection, _ number: Int, _ handler: RawServer.Handler) {
    var buffer: [UInt8] = []
    while let request = readRequest(connection, &buffer, number) { handler(request, connection) }
    connection.end()
    // Not closed: the number stays this connection's, so that shutting all down hits no other.
}

private func readRequest(_ connection: RawConnection, _ buffer: inout [UInt8], _ number: Int)
    -> RawServer.Request?
{
    var end = headEnd(buffer)
    while end == nil {
        guard connection.read(into: &buffer) else { return nil }
        end = headEnd(buffer)
    }
    guard let end else { return nil }
    let lines = String(decoding: buffer[..<end], as: UTF8.self).split(separator: "\r\n").map(
        String.init)
    let length = lines.first { $0.lowercased().hasPrefix("content-length:") }.flatMap {
        Int($0.dropFirst(15).filter { $0 != " " })
    }
    buffer.removeFirst(end)
    while buffer.count < length ?? 0 { guard connection.read(into: &buffer) else { return nil } }
    defer { buffer.removeFirst(length ?? 0) }
    return RawServer.Request(
        line: lines[0], headers: Array(lines.dropFirst()), body: Array(buffer.prefix(length ?? 0)),
        connection: number)
}

private func headEnd(_ bytes: [UInt8]) -> Int? {
    let mark = Array("\r\n\r\n".utf8)
    return bytes.indices.dropLast(3).first { Array(bytes[$0..<($0 + 4)]) == mark }.map { $0 + 4 }
}

private func listenLoopback() -> (Int32, UInt16) {
    let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            precondition(
                bind(socket, $0, size) == 0 && listen(socket, 512) == 0
                    && getsockname(socket, $0, &size) == 0)
        }
    }
    return (socket, UInt16(bigEndian: address.sin_port))
}

private func listenUnix(_ path: String) -> Int32 {
    let socket = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            let size = socklen_t(MemoryLayout<sockaddr_un>.size)
            precondition(bind(socket, $0, size) == 0 && listen(socket, 512) == 0)
        }
    }
    return socket
}

/// A loopback port on which nothing listens.
public func closedPort() -> UInt16 {
    let (socket, port) = listenLoopback()
    close(socket)
    return port
}

public func startThread(_ body: @escaping @Sendable () -> Void) {
    do { try OSThread.detach("test-server", body) } catch { preconditionFailure("\(error)") }
}
