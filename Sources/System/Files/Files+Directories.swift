public import Core
import Glibc

extension Files {
    /// How deeply a tree may be nested for `removeTree`: each level holds a descriptor open.
    private static let maximumDepth = 256

    /// Makes a directory and those above it that are missing.
    /// - Parameter mode: of each one made here, whatever the umask. One that exists keeps its own.
    /// - Throws: `DeploydError`: `conflict` when something else has the name.
    public static func makeDirectory(_ path: String, mode: UInt32 = 0o700) throws(DeploydError) {
        try makeDirectory(path, mode: mode, hasParent: false)
    }

    private static func makeDirectory(_ path: String, mode: UInt32, hasParent: Bool) throws(DeploydError) {
        if mkdir(path, mode) == 0 {
            guard chmod(path, mode) == 0 else { throw failure("make", path, errno: errno) }
            return
        }
        switch errno {
        case EEXIST:
            var status = stat()
            guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
                throw DeploydError(.conflict, "\(path) exists and is not a directory: move it away")
            }
        // Where there is a parent and still none can be made, as in /proc, it is not tried for ever.
        case ENOENT where !hasParent:
            guard let end = path.lastIndex(of: "/"), end != path.startIndex else {
                throw failure("make", path, errno: ENOENT)
            }
            try makeDirectory(String(path[..<end]), mode: mode)
            if end != path.index(before: path.endIndex) { try makeDirectory(path, mode: mode, hasParent: true) }
        default:
            throw failure("make", path, errno: errno)
        }
    }

    /// Removes a file, or a directory with all in it. Symbolic links are removed, never followed; a missing path is
    /// fine. Directories without write permission (Go's module cache) are made writable first.
    /// - Throws: `DeploydError` that names what could not be removed.
    public static func removeTree(_ path: String) throws(DeploydError) {
        let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        try remove(trimmed, in: nil, at: trimmed, depth: 0)
    }

    private static func remove(
        _ name: String, in parent: Descriptor?, at path: String, depth: Int
    ) throws(DeploydError) {
        let base = parent?.number ?? AT_FDCWD
        if unlinkat(base, name, 0) == 0 || errno == ENOENT { return }
        if errno == EACCES, let parent, fchmod(parent.number, 0o700) == 0, unlinkat(base, name, 0) == 0 { return }
        // Linux says EISDIR for a directory, POSIX EPERM.
        guard errno == EISDIR || errno == EPERM || errno == EACCES else { throw failure("remove", path, errno: errno) }
        let directory = try open(name, in: base, at: path)
        guard depth < maximumDepth else {
            throw DeploydError(.tooLarge, "cannot remove \(path): nested more than \(maximumDepth) deep")
        }
        for child in try names(in: directory, at: path) {
            try remove(child, in: directory, at: "\(path)/\(child)", depth: depth + 1)
        }
        guard unlinkat(base, name, AT_REMOVEDIR) == 0 || errno == ENOENT else {
            throw failure("remove", path, errno: errno)
        }
    }

    private static func open(_ name: String, in base: Int32, at path: String) throws(DeploydError) -> Descriptor {
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
        if let directory = Descriptor(made: openat(base, name, flags)) { return directory }
        if errno == EACCES, fchmodat(base, name, 0o700, 0) == 0,
            let directory = Descriptor(made: openat(base, name, flags))
        {
            return directory
        }
        throw failure("remove", path, errno: errno)
    }

    /// The names in a directory, without `.` and `..`.
    static func names(in directory: Descriptor, at path: String) throws(DeploydError) -> [String] {
        // The stream owns its descriptor, so it gets one of its own.
        let duplicate = openat(directory.number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard duplicate >= 0, let stream = fdopendir(duplicate) else { throw failure("list", path, errno: errno) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }
}
