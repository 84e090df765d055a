public import Core
import Glibc

extension Files {
    /// One name in a directory.
    public struct Entry: Sendable, Equatable {
        public let name: String
        /// Also of a link to one.
        public let isDirectory: Bool
        public let isLink: Bool
    }

    /// What is in a directory, sorted by name; without `.` and `..`. Blocks.
    public static func entries(of path: String) throws(DeploydError) -> [Entry] {
        guard let directory = Descriptor(made: open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) else {
            throw failure("read", path, errno: errno)
        }
        return try names(in: directory, at: path).sorted().map { name in
            var status = stat()
            let isLink =
                fstatat(directory.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0
                && status.st_mode & S_IFMT == S_IFLNK
            let isFound = fstatat(directory.number, name, &status, 0) == 0
            return Entry(name: name, isDirectory: isFound && status.st_mode & S_IFMT == S_IFDIR, isLink: isLink)
        }
    }

    /// The absolute path without links. Blocks.
    public static func realPath(_ path: String) throws(DeploydError) -> String {
        guard let found = realpath(path, nil) else { throw failure("find", path, errno: errno) }
        defer { free(found) }
        return String(cString: found)
    }
}
