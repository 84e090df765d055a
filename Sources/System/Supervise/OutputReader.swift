import Core
import Glibc

/// A piece of what a service printed.
public struct OutputPiece: Sendable, Equatable {
    /// How many bytes were printed before it. More than was asked for when older output is gone.
    public let start: Int
    public let bytes: [UInt8]
    /// Where the next piece starts.
    public var end: Int { start + bytes.count }

    public init(start: Int, bytes: [UInt8]) {
        self.start = start
        self.bytes = bytes
    }
}

/// Reads what a service printed, across rotated files, while it goes on printing.
struct OutputReader {
    private struct Segment {
        let start: Int
        let end: Int
        let file: Descriptor
    }

    private let segments: [Segment]

    /// Opens what there is now. Nothing that is open gets lost by a rotation meanwhile.
    init(_ path: String) {
        var segments: [Segment] = []
        // Rotations are 64 KiB of output apart at least, so that a few attempts suffice.
        for _ in 0..<20 {
            let current = Descriptor(made: open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW))
            let rotated = OutputLogFiles.rotated(path)
            segments = rotated.compactMap { old in
                guard let file = Descriptor(made: open(old.path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)) else { return nil }
                return Segment(start: old.end - file.size, end: old.end, file: file)
            }
            guard let current else { break }
            let base = rotated.last?.end ?? 0
            segments.append(Segment(start: base, end: base + current.size, file: current))
            // Rotated between the opening and the listing, it would be counted twice.
            if current.isSameFile(as: path) { break }
        }
        self.segments = segments
    }

    /// At most `limit` bytes from `offset` on; from the oldest there is when that is gone.
    func read(from offset: Int, limit: Int) -> OutputPiece {
        let end = segments.last?.end ?? 0
        var start = max(segments.first?.start ?? 0, min(offset, end))
        var bytes: [UInt8] = []
        for segment in segments where segment.end > start + bytes.count && bytes.count < limit {
            // A hole, when a file was removed by hand: only what is in one piece is given.
            if segment.start > start + bytes.count {
                guard bytes.isEmpty else { break }
                start = segment.start
            }
            let position = start + bytes.count - segment.start
            let count = min(limit - bytes.count, segment.end - segment.start - position)
            let piece = segment.file.bytes(at: position, count: count)
            bytes += piece
            if piece.count < count { break }
        }
        return OutputPiece(start: start, bytes: bytes)
    }

    /// The last `lines` lines, as far as they are within the last `limit` bytes.
    func tail(lines: Int, limit: Int) -> OutputPiece {
        let end = segments.last?.end ?? 0
        let piece = read(from: end - limit, limit: limit)
        var begins: [Int] = piece.start == segments.first?.start ? [0] : []
        for (index, byte) in piece.bytes.enumerated() where byte == UInt8(ascii: "\n") { begins.append(index + 1) }
        if begins.last == piece.bytes.count { begins.removeLast() }
        let first = begins.suffix(max(0, lines)).first ?? piece.bytes.count
        return OutputPiece(start: piece.start + first, bytes: Array(piece.bytes.dropFirst(first)))
    }
}

extension Descriptor {
    /// Bytes of a file, 0 when they are not known.
    var size: Int {
        var status = stat()
        return fstat(number, &status) == 0 ? Int(status.st_size) : 0
    }

    fileprivate func isSameFile(as path: String) -> Bool {
        var mine = stat()
        var other = stat()
        return fstat(number, &mine) == 0 && stat(path, &other) == 0 && mine.st_ino == other.st_ino
            && mine.st_dev == other.st_dev
    }

    fileprivate func bytes(at offset: Int, count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            while initialized < count {
                let read = pread(
                    number, buffer.baseAddress?.advanced(by: initialized), count - initialized, offset + initialized)
                guard read > 0 else { return }
                initialized += read
            }
        }
    }
}
