import CSpawn
import Core
import Glibc

/// The supervisor's socket. Nothing here blocks; a client that is slow or says too much is dropped.
struct ControlServer {
    fileprivate struct Connection {
        let descriptor: Descriptor
        var line: [UInt8] = []
        let expires: ContinuousClock.Instant
    }

    private static let maximumConnections = 16
    /// How long a connection may last.
    private static let patience = Duration.seconds(10)

    private let listener: Descriptor
    private var connections: [Connection] = []

    init(_ directory: RunDirectory) throws(DeploydError) {
        unlink(directory.socket)
        guard let listener = Descriptor(made: directory.withSocketPath { cspawn_unix_listen($0) }) else {
            throw Files.failure("listen at", directory.socket, errno: errno)
        }
        self.listener = listener
    }

    /// What to poll for reading.
    var descriptors: [Int32] { [listener.number] + connections.map(\.descriptor.number) }

    var due: ContinuousClock.Instant? { connections.map(\.expires).min() }

    /// Takes what has come and answers whole lines.
    mutating func advance(now: ContinuousClock.Instant, _ answer: (ControlRequest?) -> ControlResponse) {
        while connections.count < ControlServer.maximumConnections,
            let connection = Descriptor(made: cspawn_accept(listener.number))
        {
            connections.append(Connection(descriptor: connection, expires: now + ControlServer.patience))
        }
        var index = 0
        while index < connections.count {
            if connections[index].expires > now, connections[index].advance(answer) {
                index += 1
            } else {
                connections.remove(at: index)
            }
        }
    }
}

extension ControlServer.Connection {
    /// - Returns: whether it stays open.
    fileprivate mutating func advance(_ answer: (ControlRequest?) -> ControlResponse) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let reading = buffer.withUnsafeMutableBytes { descriptor.read(into: $0) }
        switch reading {
        case .wouldBlock: return true
        case .end: return false
        case .bytes(let count): line += buffer.prefix(count)
        }
        while let end = line.firstIndex(of: UInt8(ascii: "\n")) {
            let response = answer(ControlRequest(line: line[..<end])).json.bytes + [UInt8(ascii: "\n")]
            line.removeSubrange(...end)
            // A line fits in the socket's buffer, unless the client does not read its answers.
            guard descriptor.writeAll(response) else { return false }
        }
        return line.count <= ControlRequest.maximumLine
    }
}
