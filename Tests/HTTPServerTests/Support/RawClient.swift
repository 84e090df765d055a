import Glibc
import HTTPServer

/// A blocking client that sends what it is told, byte for byte. Use it within `onThread`.
final class RawClient {
    struct Answer: Equatable {
        var status: Int
        var headers: [String]
        var body: String

        func header(_ name: String) -> String? {
            headers.first { $0.lowercased().hasPrefix(name.lowercased() + ": ") }.map {
                String($0.dropFirst(name.count + 2))
            }
        }
    }

    struct Closed: Error {}

    let descriptor: Int32
    private var received: [UInt8] = []

    init(_ address: BoundAddress, receiveBuffer: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var limit = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, 4)
        if var size = receiveBuffer { setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, 4) }
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = in_port_t(address.port).bigEndian
        inet_pton(AF_INET, address.host, &name.sin_addr)
        let status = withUnsafePointer(to: &name) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard status == 0 else { throw Closed() }
    }

    deinit { close(descriptor) }

    /// - Returns: whether everything was taken.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var offset = 0
        while offset < bytes.count {
            let count = bytes.withUnsafeBytes {
                Glibc.send(descriptor, $0.baseAddress.map { $0 + offset }, bytes.count - offset, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            offset += count
        }
        return true
    }

    @discardableResult
    func send(_ text: String) -> Bool { send(Array(text.utf8)) }

    /// Sends no more, but still receives.
    func finish() { shutdown(descriptor, Int32(SHUT_WR)) }

    /// One response; `toHead` for an answer to HEAD. Interim responses are answers too.
    func answer(toHead isToHead: Bool = false) throws -> Answer {
        let lines = try line(upTo: "\r\n\r\n").split(separator: "\r\n").map(String.init)
        let status = lines.first.flatMap { $0.split(separator: " ").dropFirst().first }.flatMap { Int($0) } ?? 0
        var answer = Answer(status: status, headers: Array(lines.dropFirst()), body: "")
        if isToHead || status < 200 || status == 204 || status == 304 { return answer }
        if let length = answer.header("Content-Length").flatMap({ Int($0) }) {
            answer.body = text(try take(length))
        } else if answer.header("Transfer-Encoding") == "chunked" {
            while let chunk = try chunk() { answer.body += chunk }
        } else {
            answer.body = text(rest())
        }
        return answer
    }

    /// The next chunk of a chunked body, nil for the last.
    func chunk() throws -> String? {
        let size = Int(try line(upTo: "\r\n"), radix: 16) ?? 0
        let content = text(try take(size))
        _ = try take(2)
        return size == 0 ? nil : content
    }

    /// The head of a response, without its body.
    func head() throws -> String { try line(upTo: "\r\n\r\n") }

    /// Everything until the server closes.
    func rest() -> [UInt8] {
        while fill() {}
        defer { received = [] }
        return received
    }

    func restAsText() -> String { text(rest()) }

    private func line(upTo end: String) throws -> String {
        let mark = Array(end.utf8)
        while true {
            if received.count >= mark.count,
                let start = (0...(received.count - mark.count)).first(where: { received[$0...].starts(with: mark) })
            {
                let line = text(Array(received[..<start]))
                received.removeFirst(start + mark.count)
                return line
            }
            guard fill() else { throw Closed() }
        }
    }

    private func take(_ count: Int) throws -> [UInt8] {
        while received.count < count { guard fill() else { throw Closed() } }
        defer { received.removeFirst(count) }
        return Array(received[..<count])
    }

    private func fill() -> Bool {
        var block = [UInt8](repeating: 0, count: 64 * 1024)
        let count = recv(descriptor, &block, block.count, 0)
        guard count > 0 else { return false }
        received += block[..<count]
        return true
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}

/// Carries a client from the thread that made it to the one that closes it.
final class Held: @unchecked Sendable {
    // Unchecked: used by one test, one step after the other.
    private(set) var client: RawClient?

    init(_ client: RawClient) { self.client = client }

    func close() { client = nil }
}
