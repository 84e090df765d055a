import Core
import Glibc

/// One exchange with HAProxy's socket. It blocks: use it on a thread of its own.
struct ProxySocket {
    enum Failure: Error {
        /// Nobody listens.
        case notRunning
        /// The connection was cut, as it is for a moment in a reload.
        case interrupted
        case timedOut
    }

    private static let answerLimit = 8 << 20
    let directory: String
    let name: String

    /// Sends one command and gives the answer.
    func ask(_ command: String, deadline: ContinuousClock.Instant) throws -> String {
        let socket = try connected()
        try timeouts(of: socket, deadline)
        // MSG_NOSIGNAL: a HAProxy that is going away must not end deployd.
        let bytes = Array((command + "\n").utf8)
        let sent = bytes.withUnsafeBytes {
            send(socket.number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        // The master answers and hangs up only when it has seen the end of the commands.
        guard sent == bytes.count, shutdown(socket.number, Int32(SHUT_WR)) == 0 else { throw Failure.interrupted }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            guard ContinuousClock.now < deadline else { throw Failure.timedOut }
            let count = buffer.withUnsafeMutableBytes { recv(socket.number, $0.baseAddress, $0.count, 0) }
            if count == 0 { break }
            if count < 0 {
                if errno == EINTR { continue }
                throw errno == EAGAIN ? Failure.timedOut : Failure.interrupted
            }
            answer += buffer.prefix(count)
            guard answer.count <= ProxySocket.answerLimit else {
                throw DeploydError(.tooLarge, "HAProxy's answer to \(command) is too long")
            }
        }
        // Every answer has at least an empty line; one without was cut off.
        guard !answer.isEmpty || command == "reload" else { throw Failure.interrupted }
        return String(decoding: answer, as: UTF8.self)
    }

    /// A socket's path may have 107 bytes (unix(7)), a data directory's more: so it is named through a descriptor.
    private func connected() throws -> Descriptor {
        guard let folder = Descriptor(made: open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) else {
            throw Failure.notRunning
        }
        let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard let socket = Descriptor(made: socket(AF_UNIX, type, 0)) else {
            throw DeploydError.system("socket", errno: errno, code: .exhausted)
        }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let path = Array("/proc/self/fd/\(folder.number)/\(name)".utf8)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.prefix($0.count - 1)) }
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket.number, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard result == 0 else {
            throw [ENOENT, ECONNREFUSED].contains(errno)
                ? Failure.notRunning
                : DeploydError.system("cannot connect to HAProxy", errno: errno, code: .unavailable)
        }
        return socket
    }

    private func timeouts(of socket: Descriptor, _ deadline: ContinuousClock.Instant) throws {
        let left = max(1, (deadline - .now).milliseconds)
        var time = timeval(tv_sec: Int(left / 1000), tv_usec: Int(left % 1000 * 1000))
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(socket.number, SOL_SOCKET, SO_RCVTIMEO, &time, size)
        setsockopt(socket.number, SOL_SOCKET, SO_SNDTIMEO, &time, size)
    }
}
