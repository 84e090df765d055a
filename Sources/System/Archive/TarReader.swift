import Core

/// One file, directory or link of an archive.
struct TarEntry: Equatable {
    enum Kind: Equatable {
        case file
        case directory
        case symbolicLink(to: String)
        case hardLink(to: String)
    }

    let path: String
    let kind: Kind
    let mode: UInt32
    /// Bytes of content that follow.
    let size: Int
}

/// Reads ustar, pax and GNU archives entry by entry. It blocks: use it on a thread of its own.
struct TarReader {
    private static let headerLimit = 256 * 1024
    private var input: ArchiveInput
    /// Bytes of the current entry's content that were not read, and of the padding after it.
    private var left = 0
    private var padding = 0

    init(_ input: ArchiveInput) { self.input = input }

    /// The next entry, nil at the end of the archive.
    /// - Throws: `DeploydError.invalid` when the archive is damaged, cut off, or holds what is not unpacked.
    mutating func next() throws(DeploydError) -> TarEntry? {
        var records = PaxRecords()
        while true {
            while try !content(256 * 1024).isEmpty {}
            guard let header = try TarHeader.parse(input.exactly(TarHeader.size)) else {
                try input.drain()
                return nil
            }
            switch header.type {
            case UInt8(ascii: "x"):
                let these = try PaxRecords.parse(extended(header))
                records = PaxRecords(
                    path: these.path ?? records.path, linkPath: these.linkPath ?? records.linkPath, size: these.size)
            case UInt8(ascii: "g"):
                guard try PaxRecords.parse(extended(header)) == PaxRecords() else {
                    throw DeploydError(.invalid, "the archive names one path for all its entries")
                }
            case UInt8(ascii: "L"): records.path = try TarHeader.utf8(extended(header).prefix { $0 != 0 })
            case UInt8(ascii: "K"): records.linkPath = try TarHeader.utf8(extended(header).prefix { $0 != 0 })
            default: return try entry(header, records)
            }
        }
    }

    /// The next bytes of the current entry's content, at most `count`; none at its end.
    mutating func content(_ count: Int) throws(DeploydError) -> ArraySlice<UInt8> {
        guard left > 0 else {
            _ = try input.exactly(padding)
            padding = 0
            return []
        }
        let bytes = try input.next(min(count, left))
        guard !bytes.isEmpty else {
            throw DeploydError(.invalid, "the archive ends in the middle: send all of it")
        }
        left -= bytes.count
        return bytes
    }

    /// The content of a header that describes the next entry.
    private mutating func extended(_ header: TarHeader) throws(DeploydError) -> [UInt8] {
        guard header.size <= TarReader.headerLimit else {
            throw DeploydError(.invalid, "the tar archive has a header of \(header.size) bytes")
        }
        let bytes = Array(try input.exactly(header.size))
        _ = try input.exactly(TarReader.padding(header.size))
        return bytes
    }

    private mutating func entry(_ header: TarHeader, _ records: PaxRecords) throws(DeploydError) -> TarEntry {
        let path = records.path ?? header.name
        let target = records.linkPath ?? header.linkName
        let kind: TarEntry.Kind =
            switch header.type {
            case UInt8(ascii: "0"), UInt8(ascii: "7"), 0: path.hasSuffix("/") ? .directory : .file
            case UInt8(ascii: "5"): .directory
            case UInt8(ascii: "2"): .symbolicLink(to: target)
            case UInt8(ascii: "1"): .hardLink(to: target)
            case UInt8(ascii: "3"), UInt8(ascii: "4"), UInt8(ascii: "6"):
                throw TreePath.refusal(path, "it is a device or pipe")
            case UInt8(ascii: "S"): throw TreePath.refusal(path, "it is sparse: make the archive without --sparse")
            default: throw TreePath.refusal(path, "it is of an unknown type")
            }
        // Only files have content; some writers give links their target's size (pax, "size").
        let size = kind == .file ? records.size ?? header.size : 0
        (left, padding) = (size, TarReader.padding(size))
        return TarEntry(path: path, kind: kind, mode: header.mode, size: size)
    }

    private static func padding(_ size: Int) -> Int { (512 - size % 512) % 512 }
}
