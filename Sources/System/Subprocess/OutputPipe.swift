import CSpawn
import Core
import Glibc

/// The reading end of a child's standard output or error.
struct OutputPipe {
    private var descriptor: Descriptor?
    /// What is kept of it.
    var bytes: [UInt8] = []
    /// How many bytes came through.
    private(set) var total = 0

    /// A pipe, and its writing end for the child.
    static func make() throws(DeploydError) -> (OutputPipe, Descriptor) {
        var ends: [Int32] = [-1, -1]
        guard cspawn_pipe(&ends) == 0 else { throw DeploydError.system("pipe", errno: errno, code: .exhausted) }
        return (OutputPipe(descriptor: Descriptor(owning: ends[0])), Descriptor(owning: ends[1]))
    }

    private init(descriptor: Descriptor) { self.descriptor = descriptor }

    var isAtEnd: Bool { descriptor == nil }
    var number: Int32? { descriptor?.number }

    /// Reads once, so that one chatty child cannot keep the others waiting, and passes what came to `body`.
    mutating func take(
        _ buffer: UnsafeMutableRawBufferPointer,
        _ body: (inout OutputPipe, Slice<UnsafeMutableRawBufferPointer>) -> Void
    ) {
        switch descriptor?.read(into: buffer) {
        case .bytes(let count):
            total += count
            body(&self, buffer.prefix(count))
        case .end: descriptor = nil
        case .wouldBlock, nil: break
        }
    }

    /// Keeps the last `limit` bytes. Cuts only at twice the limit, so that small pieces do not move it each time.
    mutating func keepEnd(_ piece: Slice<UnsafeMutableRawBufferPointer>, limit: Int) {
        bytes += piece
        if bytes.count > 2 * limit { bytes.removeFirst(bytes.count - limit) }
    }
}
