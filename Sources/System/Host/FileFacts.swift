import Core
import Glibc

/// Who may do what with a file.
public struct FileFacts: Sendable, Equatable {
    public let owner: UInt32
    public let mode: UInt32
    public let size: Int64
    public let inode: UInt64
    public let isDirectory: Bool

    /// nil when there is none. A link is not followed. Blocks.
    public init?(_ path: String) {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        owner = status.st_uid
        mode = status.st_mode & 0o7777
        size = Int64(status.st_size)
        inode = UInt64(status.st_ino)
        isDirectory = status.st_mode & S_IFMT == S_IFDIR
    }

    /// Whether others than its owner may do anything with it.
    public var isOpenToOthers: Bool { mode & 0o077 != 0 }
}
