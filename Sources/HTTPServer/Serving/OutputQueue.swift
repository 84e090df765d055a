import Glibc

/// Bytes that wait for the client: small ones gathered in one block, large bodies as they are, without a copy.
struct OutputQueue {
    enum Outcome: Equatable {
        case drained
        /// The socket takes no more now; whether it took some.
        case blocked(progress: Bool)
        case failed
    }

    /// From this size on a body is queued as it is.
    private static let ownBlock = 16 * 1024

    private var blocks: [[UInt8]] = []
    /// How many bytes of the first block are sent.
    private var sent = 0
    /// How many bytes wait.
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }
    var hasStorage: Bool { !blocks.isEmpty }

    /// A list of one block with room, for an empty queue.
    mutating func lend(_ storage: [[UInt8]]) { blocks = storage }

    /// The list of the one block, when nothing waits.
    mutating func giveBack() -> [[UInt8]]? {
        guard isEmpty, hasStorage else { return nil }
        defer { blocks = [] }
        return blocks
    }

    /// Appends to the last block.
    mutating func write(_ body: (inout [UInt8]) -> Void) {
        if blocks.isEmpty || blocks[blocks.count - 1].count >= OutputQueue.ownBlock * 4 { blocks.append([]) }
        let before = blocks[blocks.count - 1].count
        body(&blocks[blocks.count - 1])
        count += blocks[blocks.count - 1].count - before
    }

    mutating func append(_ bytes: [UInt8]) {
        guard bytes.count >= OutputQueue.ownBlock else { return write { $0 += bytes } }
        blocks.append(bytes)
        // Small writes that follow must not copy this block, which is still the handler's too.
        blocks.append([])
        count += bytes.count
    }

    /// Sends until nothing waits or the socket takes no more.
    mutating func send(to descriptor: Int32) -> Outcome {
        var progress = false
        while count > 0 {
            let rest = blocks[0].count - sent
            if rest == 0 {
                blocks.removeFirst()
                sent = 0
                continue
            }
            let flags = Int32(MSG_NOSIGNAL) | (rest < count ? Int32(MSG_MORE) : 0)
            let taken = blocks[0].withUnsafeBytes { bytes in
                Glibc.send(descriptor, bytes.baseAddress.map { $0 + sent }, rest, flags)
            }
            if taken < 0 {
                if errno == EINTR { continue }
                return errno == EAGAIN ? .blocked(progress: progress) : .failed
            }
            progress = true
            sent += taken
            count -= taken
        }
        reset()
        return .drained
    }

    /// Keeps one small block for the next response.
    private mutating func reset() {
        sent = 0
        if blocks.count > 1 { blocks.removeFirst(blocks.count - 1) }
        guard !blocks.isEmpty else { return }
        if blocks[0].capacity > OutputQueue.ownBlock * 8 {
            blocks = []
        } else {
            blocks[0].removeAll(keepingCapacity: true)
        }
    }
}
