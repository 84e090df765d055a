import Glibc

/// The room on a file system.
public struct DiskRoom: Sendable, Equatable {
    /// Tells file systems apart.
    public let device: UInt64
    public let freeBytes: Int64
    public let totalBytes: Int64
    public let freeInodes: Int64
    /// 0 where they are not bounded.
    public let totalInodes: Int64

    /// nil when there is nothing at the path. Blocks.
    public init?(_ path: String) {
        var room = statvfs()
        var status = stat()
        guard statvfs(path, &room) == 0, stat(path, &status) == 0 else { return nil }
        device = UInt64(status.st_dev)
        freeBytes = Int64(clamping: UInt64(room.f_bavail) * UInt64(room.f_frsize))
        totalBytes = Int64(clamping: UInt64(room.f_blocks) * UInt64(room.f_frsize))
        freeInodes = Int64(clamping: room.f_favail)
        totalInodes = Int64(clamping: room.f_files)
    }

    public init(device: UInt64, freeBytes: Int64, totalBytes: Int64, freeInodes: Int64, totalInodes: Int64) {
        (self.device, self.freeBytes, self.totalBytes) = (device, freeBytes, totalBytes)
        (self.freeInodes, self.totalInodes) = (freeInodes, totalInodes)
    }
}
