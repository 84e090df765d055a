import Core
import Glibc

/// Names of the files that hold what a service printed.
///
/// `output.log` is written. A full file is renamed to `output.log.N`, with N the number of bytes that were printed until
/// its end: so every file's place in the whole is known from the names alone, and a reader can go on from where it was.
enum OutputLogFiles {
    struct Rotated: Equatable {
        let path: String
        let end: Int
    }

    /// The rotated files beside `path`, oldest first.
    static func rotated(_ path: String) -> [Rotated] {
        guard let slash = path.lastIndex(of: "/"),
            let directory = Descriptor(made: open(String(path[..<slash]), O_RDONLY | O_DIRECTORY | O_CLOEXEC)),
            let names = try? Files.names(in: directory, at: path)
        else { return [] }
        let prefix = "\(path[path.index(after: slash)...])."
        return names.compactMap { name in
            guard name.hasPrefix(prefix), let end = Int(name.dropFirst(prefix.count)) else { return nil }
            return Rotated(path: "\(path[...slash])\(name)", end: end)
        }.sorted { $0.end < $1.end }
    }
}

/// Writes what a service prints, in files of bounded size and number. What cannot be written (disk full) is dropped:
/// a service must not stand still for its log.
struct OutputLog {
    /// How far a line that began in a file may reach over its size, so that lines stay whole.
    static let slack = 64 * 1024

    private let path: String
    private let policy: RunSpecification.LogPolicy
    private var file: Descriptor?
    /// Bytes in files before the present one.
    private var base: Int
    private var size = 0
    private var isAtLineStart = true

    init(_ path: String, policy: RunSpecification.LogPolicy) {
        self.path = path
        self.policy = policy
        base = OutputLogFiles.rotated(path).last?.end ?? 0
        reopen()
    }

    mutating func append(_ bytes: some RandomAccessCollection<UInt8>) {
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            if size >= policy.maximumBytes, isAtLineStart || size >= policy.maximumBytes + OutputLog.slack { rotate() }
            if file == nil { reopen() }
            let piece = rest.prefix(nextPiece(rest))
            rest = rest.dropFirst(piece.count)
            isAtLineStart = piece.last == UInt8(ascii: "\n")
            if let file { size = file.writeAll(piece) ? size + piece.count : file.size }
        }
    }

    /// A line of the supervisor's own between those of the service.
    mutating func note(_ text: String) {
        append(Array("\(isAtLineStart ? "" : "\n")deployd: \(text)\n".utf8))
    }

    /// How much of `bytes` goes into the present file: up to its size, then up to the end of the line.
    private func nextPiece(_ bytes: ArraySlice<UInt8>) -> Int {
        if size < policy.maximumBytes { return min(bytes.count, policy.maximumBytes - size) }
        let over = bytes.prefix(max(1, policy.maximumBytes + OutputLog.slack - size))
        return over.firstIndex(of: UInt8(ascii: "\n")).map { $0 - over.startIndex + 1 } ?? over.count
    }

    private mutating func rotate() {
        if rename(path, "\(path).\(base + size)") == 0 { base += size } else { truncate(path, 0) }
        reopen()
        for old in OutputLogFiles.rotated(path).dropLast(policy.keep) { unlink(old.path) }
    }

    private mutating func reopen() {
        file = Descriptor(made: open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600))
        size = file?.size ?? 0
    }
}
