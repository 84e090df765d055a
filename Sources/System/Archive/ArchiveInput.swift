import Core
import Glibc

/// Reads an archive's bytes from a file or pipe, up to a bound and a deadline. It blocks: use it on a thread of its own.
struct ArchiveInput {
    private let descriptor: Int32
    private let deadline: ContinuousClock.Instant
    private let limit: Int
    private var total = 0
    private var buffer: [UInt8]
    private var available = 0..<0

    /// - Parameter pieces: how much is read at once.
    init(descriptor: Int32, limit: Int, deadline: ContinuousClock.Instant, pieces: Int = 256 * 1024) {
        buffer = [UInt8](repeating: 0, count: pieces)
        self.descriptor = descriptor
        self.limit = limit
        self.deadline = deadline
    }

    /// At most `count` bytes, at least one unless the input is at its end.
    /// - Throws: `DeploydError`: `tooLarge`, `timedOut`, or the read's own failure.
    mutating func next(_ count: Int) throws(DeploydError) -> ArraySlice<UInt8> {
        if available.isEmpty { try fill() }
        let piece = available.prefix(count)
        available = available.dropFirst(piece.count)
        return buffer[piece]
    }

    /// Exactly `count` bytes.
    /// - Throws: also `invalid` when the input ends before.
    mutating func exactly(_ count: Int) throws(DeploydError) -> ArraySlice<UInt8> {
        guard count > 0 else { return [] }
        var bytes = try next(count)
        while bytes.count < count {
            let more = try next(count - bytes.count)
            guard !more.isEmpty else {
                throw DeploydError(.invalid, "the archive ends in the middle: send all of it")
            }
            bytes += more
        }
        return bytes
    }

    /// Reads to the end, so that who writes into the pipe ends in peace.
    mutating func drain() throws(DeploydError) {
        while try !next(buffer.count).isEmpty {}
    }

    private mutating func fill() throws(DeploydError) {
        let descriptor = descriptor
        while true {
            try wait()
            let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count < 0 {
                guard errno == EINTR || errno == EAGAIN else { throw DeploydError.system("read", errno: errno) }
                continue
            }
            total += count
            guard total <= limit else {
                throw DeploydError(.tooLarge, "the archive unpacks to more than \(limit) bytes")
            }
            available = 0..<count
            return
        }
    }

    private func wait() throws(DeploydError) {
        let left = deadline - .now
        guard left > .zero else { throw DeploydError(.timedOut, "the archive was not read in time") }
        var poll = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        _ = Glibc.poll(&poll, 1, Int32(clamping: left.milliseconds + 1))
    }
}
