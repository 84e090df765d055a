import Core
import Glibc

/// Everything below a directory, found without following links. It blocks: use it on a thread of its own.
struct DirectoryWalk {
    struct Entry {
        let path: String
        let status: stat

        var isDirectory: Bool { status.st_mode & S_IFMT == S_IFDIR }
    }

    private static let maximumDepth = 256
    private let limit: Int
    private let skips: (String) -> Bool
    private var entries: [Entry] = []

    /// - Parameters:
    ///   - limit: how many entries there may be.
    ///   - skips: names of files and directories to leave out.
    /// - Returns: sorted, a directory before what is in it.
    static func entries(
        of path: String, limit: Int, skips: @escaping (String) -> Bool = { _ in false }
    ) throws(DeploydError) -> [Entry] {
        var walk = DirectoryWalk(limit: limit, skips: skips)
        guard let root = Descriptor(made: open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)) else {
            throw DeploydError.system("cannot read \(path)", errno: errno)
        }
        try walk.visit(root, prefix: "", depth: 0)
        return walk.entries.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    private mutating func visit(_ directory: Descriptor, prefix: String, depth: Int) throws(DeploydError) {
        guard depth < DirectoryWalk.maximumDepth else {
            throw DeploydError(.tooLarge, "\(prefix) is deeper than \(DirectoryWalk.maximumDepth) folders")
        }
        for name in try DirectoryWalk.names(in: directory, path: prefix) where !skips(name) {
            let path = prefix + name
            var status = stat()
            // What was removed since it was listed is not there.
            guard fstatat(directory.number, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
            guard entries.count < limit else { throw DeploydError(.tooLarge, "there are more than \(limit) files") }
            let entry = Entry(path: path, status: status)
            entries.append(entry)
            guard entry.isDirectory else { continue }
            let number = openat(directory.number, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard let next = Descriptor(made: number) else {
                if errno == ENOENT { continue }
                throw DeploydError.system("cannot read \(path)", errno: errno)
            }
            try visit(next, prefix: path + "/", depth: depth + 1)
        }
    }

    private static func names(in directory: Descriptor, path: String) throws(DeploydError) -> [String] {
        let copy = dup(directory.number)
        guard copy >= 0, let stream = fdopendir(copy) else {
            throw DeploydError.system("cannot read \(path)", errno: errno, code: .exhausted)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(validatingCString: $0) }
            }
            guard let name else {
                throw DeploydError(.invalid, "a file in '\(path)' has a name that is not UTF-8: rename it")
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names
    }
}
