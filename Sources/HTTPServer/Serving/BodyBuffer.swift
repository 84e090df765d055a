/// A body on its way into memory: pieces that never move, put together once when all are there. A body that grew in one
/// place would be copied again and again, and leave holes of every size behind; most large ones never become a request.
struct BodyBuffer {
    /// From here on bodies are in pieces of this size.
    private static let piece = 256 * 1024

    private var full: [[UInt8]] = []
    private var last: [UInt8] = []

    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        if last.count + bytes.count > BodyBuffer.piece {
            full.append(last)
            last = []
            last.reserveCapacity(BodyBuffer.piece)
        }
        last.append(contentsOf: bytes)
    }

    /// All of it; nothing is left here.
    mutating func take() -> [UInt8] {
        defer { (full, last) = ([], []) }
        if full.isEmpty { return last }
        var whole: [UInt8] = []
        whole.reserveCapacity(full.reduce(last.count) { $0 + $1.count })
        for piece in full { whole += piece }
        whole += last
        return whole
    }
}
