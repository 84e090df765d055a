import CSpawn
import Core
import Glibc

/// One call to a supervisor's socket. Blocks, at most for about its deadline.
enum SupervisorClient {
    enum Outcome {
        case answered(ControlResponse)
        /// Nothing listens there.
        case nobody
        case failed(DeploydError)
    }

    static func call(_ request: ControlRequest, in directory: RunDirectory, deadline: Duration) -> Outcome {
        let end = ContinuousClock.now + deadline
        let timeout = Int32(clamping: max(1, deadline.milliseconds))
        guard
            let socket = Descriptor(made: directory.withSocketPath { cspawn_unix_connect($0, timeout) })
        else {
            let isNobody = [ENOENT, ENOTDIR, ECONNREFUSED].contains(errno)
            return isNobody ? .nobody : .failed(Files.failure("connect to", directory.socket, errno: errno))
        }
        guard socket.sendAll(request.json.bytes + [UInt8(ascii: "\n")]) else { return .failed(silent(directory)) }
        var line: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while line.count <= ControlRequest.maximumLine, ContinuousClock.now < end {
            guard case .bytes(let count) = buffer.withUnsafeMutableBytes({ socket.read(into: $0) }) else { break }
            line += buffer.prefix(count)
            guard let newline = line.firstIndex(of: UInt8(ascii: "\n")) else { continue }
            guard let response = ControlResponse(line: line[..<newline]) else { break }
            return .answered(response)
        }
        return .failed(silent(directory))
    }

    private static func silent(_ directory: RunDirectory) -> DeploydError {
        DeploydError(.unavailable, "the supervisor of \(directory.path) does not answer: is it stopped or overloaded?")
    }
}

extension Descriptor {
    /// As `writeAll`, for a socket: the other side's end is an error, not SIGPIPE.
    fileprivate func sendAll(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(number, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count > 0 { rest = rest.dropFirst(count) } else if errno != EINTR { return false }
        }
        return true
    }
}
