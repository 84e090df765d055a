import Core
import Glibc

/// Writes a tar archive (ustar, with pax headers for long names). It blocks: use it on a thread of its own.
struct TarWriter {
    private let output: Descriptor
    private let limit: Int
    /// Bytes written.
    private(set) var total = 0

    init(_ output: Descriptor, limit: Int) {
        self.output = output
        self.limit = limit
    }

    mutating func directory(_ path: String) throws(DeploydError) {
        try header(TarHeader(name: path + "/", mode: 0o755, size: 0, type: UInt8(ascii: "5")))
    }

    mutating func link(_ path: String, to target: String) throws(DeploydError) {
        try header(TarHeader(name: path, mode: 0o777, size: 0, type: UInt8(ascii: "2"), linkName: target))
    }

    /// - Parameter content: gives the next bytes, none at the end.
    /// - Throws: `DeploydError.conflict` when the content has not `size` bytes, and what `content` throws.
    mutating func file(
        _ path: String, mode: UInt32, size: Int, content: () throws(DeploydError) -> ArraySlice<UInt8>
    ) throws(DeploydError) {
        try header(TarHeader(name: path, mode: mode, size: size, type: UInt8(ascii: "0")))
        var left = size
        while true {
            let bytes = try content()
            if bytes.isEmpty { break }
            left -= bytes.count
            guard left >= 0 else { break }
            try write(bytes)
        }
        guard left == 0 else {
            throw DeploydError(.conflict, "\(path) changed while it was read: try again")
        }
        try pad(size)
    }

    /// Two blocks of zeroes end an archive.
    mutating func finish() throws(DeploydError) { try write(ArraySlice(repeating: 0, count: 2 * TarHeader.size)) }

    private mutating func header(_ header: TarHeader) throws(DeploydError) {
        var header = header
        var records = PaxRecords()
        if header.name.utf8.count > 100 {
            records.path = header.name
            header.name = "long name"
        }
        if header.linkName.utf8.count > 100 {
            records.linkPath = header.linkName
            header.linkName = "long name"
        }
        let extended = records.bytes
        if !extended.isEmpty {
            let type = UInt8(ascii: "x")
            try write(TarHeader(name: "pax", mode: 0o644, size: extended.count, type: type).block()[...])
            try write(extended[...])
            try pad(extended.count)
        }
        try write(header.block()[...])
    }

    private mutating func pad(_ size: Int) throws(DeploydError) {
        try write(ArraySlice(repeating: 0, count: (TarHeader.size - size % TarHeader.size) % TarHeader.size))
    }

    private mutating func write(_ bytes: ArraySlice<UInt8>) throws(DeploydError) {
        total += bytes.count
        guard total <= limit else {
            throw DeploydError(.tooLarge, "the tree has more than \(limit) bytes: leave out what a build does not need")
        }
        guard output.writeAll(bytes) else { throw Files.failure("write", "the archive", errno: errno) }
    }
}
