import Glibc

/// What room a disk has.
public enum DiskSpace {
    /// Bytes that this user may still write where `path` is; nil when that is not known.
    public static func free(at path: String) -> Int? {
        var room = statvfs()
        guard statvfs(path, &room) == 0 else { return nil }
        return Int(clamping: UInt64(room.f_bavail).multipliedReportingOverflow(by: UInt64(room.f_frsize)).partialValue)
    }
}
