public import Core
import Glibc

extension MasterKey {
    /// The key in the file at `path`, made there (mode 0600) when there is no file.
    ///
    /// A new key is written and synced under another name and then linked to `path`, which fails if the file came to be
    /// meanwhile: a crash leaves no half key, and of two servers that start at once both use the same.
    /// - Throws: `DeploydError`, as `load(at:)` does.
    public static func loadOrCreate(at path: String) throws(DeploydError) -> MasterKey {
        if access(path, F_OK) != 0, errno == ENOENT { try create(at: path) }
        return try load(at: path)
    }

    /// The key in the file at `path`.
    /// - Throws: `DeploydError`: `notFound`; `forbidden` when others than its owner may read it; `invalid` when it holds
    ///   no key.
    public static func load(at path: String) throws(DeploydError) -> MasterKey {
        let file = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else {
            let number = errno
            let error = DeploydError.system(
                "open the master key \(path)", errno: number, code: number == ENOENT ? .notFound : .forbidden)
            guard number == EACCES else { throw error }
            throw DeploydError(
                .forbidden,
                "\(error.message); start deployd as the user whose it is, or give that file to user \(geteuid())")
        }
        defer { close(file) }
        try check(file, path)
        var bytes = [UInt8](repeating: 0, count: count + 1)
        defer { wipe(&bytes) }
        let taken = bytes.withUnsafeMutableBytes { read(file, $0.baseAddress, $0.count) }
        guard taken == count else {
            throw DeploydError(.invalid, "\(path) holds no master key: it should be \(count) bytes; put the file back")
        }
        var key = Array(bytes.prefix(count))
        defer { wipe(&key) }
        return try MasterKey(key)
    }

    private static func check(_ file: Int32, _ path: String) throws(DeploydError) {
        var status = stat()
        guard fstat(file, &status) == 0 else { throw .system("stat the master key \(path)", errno: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw DeploydError(.invalid, "the master key \(path) is not a regular file")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw DeploydError(
                .forbidden, "the master key \(path) can be read by others than its owner: run chmod 600 \(path)")
        }
    }

    private static func create(at path: String) throws(DeploydError) {
        let draft = "\(path).new.\(SecureRandom.hex(bytes: 8))"
        let file = Glibc.open(draft, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw .system("create the master key \(draft)", errno: errno) }
        defer {
            close(file)
            unlink(draft)
        }
        var bytes = SecureRandom.bytes(count)
        defer { wipe(&bytes) }
        guard bytes.withUnsafeBytes({ write(file, $0.baseAddress, $0.count) }) == count, fsync(file) == 0 else {
            throw .system("write the master key \(draft)", errno: errno)
        }
        guard link(draft, path) == 0 || errno == EEXIST else {
            throw .system("create the master key \(path)", errno: errno)
        }
        try syncDirectory(of: path)
    }

    private static func syncDirectory(of path: String) throws(DeploydError) {
        let slash = path.lastIndex(of: "/")
        let directory = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let handle = Glibc.open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard handle >= 0 else { throw .system("open \(directory)", errno: errno) }
        defer { close(handle) }
        guard fsync(handle) == 0 else { throw .system("sync \(directory)", errno: errno) }
    }
}
