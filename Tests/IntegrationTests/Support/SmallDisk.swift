import Core
import Glibc
import System
import Testing

/// A disk of its own in a folder of a test, which can be filled.
struct SmallDisk {
    let path: String
    private var ballast: String { "\(path)/ballast" }

    /// Whether this user may mount one.
    static let isAllowed: Bool = {
        let place = "/tmp/deployd-mount-\(getpid())"
        guard mkdir(place, 0o700) == 0 else { return false }
        defer { rmdir(place) }
        guard mount("tmpfs", place, "tmpfs", 0, "size=64k") == 0 else { return false }
        umount2(place, Int32(MNT_DETACH))
        return true
    }()

    init(_ path: String, megabytes: Int) throws {
        self.path = path
        try Files.makeDirectory(path)
        try #require(mount("tmpfs", path, "tmpfs", 0, "size=\(megabytes)m,mode=0700") == 0)
    }

    func resize(megabytes: Int) throws {
        try #require(mount("tmpfs", path, "tmpfs", UInt(MS_REMOUNT), "size=\(megabytes)m,mode=0700") == 0)
    }

    /// Leaves no byte.
    func fill() {
        let file = open(ballast, O_WRONLY | O_CREAT | O_APPEND, 0o600)
        defer { close(file) }
        let piece = [UInt8](repeating: 1, count: 4096)
        while piece.withUnsafeBytes({ write(file, $0.baseAddress, $0.count) }) > 0 {}
    }

    func empty() { unlink(ballast) }

    func remove() { umount2(path, Int32(MNT_DETACH)) }
}
