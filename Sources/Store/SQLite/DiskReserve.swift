import Core
import Glibc

/// Room that is given back when the disk is full: a checkpoint may have to make the database file larger before it can
/// empty the write-ahead log.
struct DiskReserve: Sendable {
    /// As much as the log grows between two checkpoints.
    private static let size = 4 << 20

    private let directory: String
    private var path: String { "\(directory)/reserve" }

    init(in directory: String) { self.directory = directory }

    /// Puts it there where it is not, and the disk has room for twice as much.
    func make() {
        guard access(path, F_OK) != 0, DiskSpace.free(at: directory).map({ $0 >= 2 * DiskReserve.size }) ?? false
        else { return }
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { return }
        defer { close(file) }
        if posix_fallocate(file, 0, off_t(DiskReserve.size)) != 0 { unlink(path) }
    }

    func release() { unlink(path) }
}
