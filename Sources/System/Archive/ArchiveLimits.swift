/// Bounds on what an archive may unpack to.
public struct ArchiveLimits: Sendable, Hashable {
    /// Bytes of the archive once it is decompressed, headers included.
    public var totalBytes: Int
    /// Files, links and directories.
    public var entries: Int
    /// Bytes of a path.
    public var nameLength: Int
    /// Parts of a path.
    public var depth: Int

    public init(totalBytes: Int = 2 << 30, entries: Int = 200_000, nameLength: Int = 4096, depth: Int = 64) {
        self.totalBytes = totalBytes
        self.entries = entries
        self.nameLength = nameLength
        self.depth = depth
    }
}
