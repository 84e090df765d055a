import Glibc

/// Received bytes that are not understood yet: a block of fixed size, lent by the loop while there are any.
struct InputBuffer {
    private var storage: [UInt8] = []
    private var start = 0
    private var end = 0

    var isEmpty: Bool { start == end }
    var count: Int { end - start }

    /// Whether what it has is a block that can be filled.
    var hasBlock: Bool { storage.count > InputBuffer.remainder }

    /// Up to how many bytes are kept without a block: the start of a head that comes slowly.
    private static let remainder = 2048

    /// Takes `block` in place of what it has, with what is left in that.
    /// - Parameter block: all of its count is used. Nobody else may hold it, or the first write copies it whole.
    mutating func lend(_ block: consuming [UInt8]) {
        let rest = storage[start..<end]
        storage = block
        for (index, byte) in rest.enumerated() { storage[index] = byte }
        (start, end) = (0, rest.count)
    }

    /// The block, when hardly anything is in it.
    mutating func giveBack() -> [UInt8]? {
        guard hasBlock, count <= InputBuffer.remainder else { return nil }
        let block = storage
        storage = Array(block[start..<end])
        (start, end) = (0, count)
        return block
    }

    /// Receives what fits.
    /// - Returns: how many bytes and whether there was room for more; 0 bytes at the other end's end; else -errno.
    mutating func receive(from descriptor: Int32) -> (count: Int, mayHaveMore: Bool) {
        makeRoom()
        let room = storage.count - end
        let count = storage.withUnsafeMutableBytes { bytes in
            recv(descriptor, bytes.baseAddress.map { $0 + end }, room, 0)
        }
        guard count >= 0 else { return (-Int(errno), false) }
        end += count
        return (count, count == room)
    }

    /// What is there, for as long as `body` runs.
    func withBytes<Result>(
        _ body: (Span<UInt8>) throws(HTTPSyntaxError) -> Result
    ) throws(HTTPSyntaxError) -> Result {
        try body(storage.span.extracting(start..<end))
    }

    mutating func consume(_ count: Int) {
        start += count
        if start == end { (start, end) = (0, 0) }
    }

    mutating func discard() { (start, end) = (0, 0) }

    private mutating func makeRoom() {
        guard end == storage.count, start > 0 else { return }
        storage.withUnsafeMutableBytes { bytes in
            if let base = bytes.baseAddress { memmove(base, base + start, end - start) }
        }
        (start, end) = (0, end - start)
    }
}
