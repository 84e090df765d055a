import Core
import Glibc

/// Creates files below one directory through descriptors, so that no link that stands there is ever followed.
/// It blocks: use it on a thread of its own.
final class TreeDirectory {
    private let root: Descriptor
    /// The directory used last: archives list a directory's files in a row.
    private var last: (parts: [String], descriptor: Descriptor)?

    /// - Parameter path: a directory that exists.
    init(_ path: String) throws(DeploydError) {
        guard let root = Descriptor(made: open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) else {
            throw DeploydError.system("cannot open \(path)", errno: errno)
        }
        self.root = root
    }

    /// Makes a directory and those above it. One that exists is fine.
    func makeDirectory(_ parts: [String]) throws(DeploydError) { _ = try directory(parts) }

    /// A new regular file, open for writing.
    func makeFile(_ parts: [String]) throws(DeploydError) -> Descriptor {
        let (parent, name) = try place(parts)
        let number = openat(parent.number, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard let file = Descriptor(made: number) else { throw failure(parts) }
        return file
    }

    func makeLink(_ parts: [String], to target: String) throws(DeploydError) {
        let (parent, name) = try place(parts)
        guard symlinkat(target, parent.number, name) == 0 else { throw failure(parts) }
    }

    /// A second name for a file that exists.
    func makeHardLink(_ parts: [String], to target: [String]) throws(DeploydError) {
        let (targetParent, targetName) = try place(target)
        let (parent, name) = try place(parts)
        guard linkat(targetParent.number, targetName, parent.number, name, 0) == 0 else { throw failure(parts) }
    }

    private func place(_ parts: [String]) throws(DeploydError) -> (parent: Descriptor, name: String) {
        guard let name = parts.last else { throw DeploydError(.invalid, "the archive's root is no file") }
        return (try directory(parts.dropLast()), name)
    }

    private func directory(_ parts: some Collection<String>) throws(DeploydError) -> Descriptor {
        if let last, last.parts.elementsEqual(parts) { return last.descriptor }
        var here = root
        for (index, part) in parts.enumerated() {
            guard mkdirat(here.number, part, 0o755) == 0 || errno == EEXIST else {
                throw failure(Array(parts.prefix(index + 1)))
            }
            let number = openat(here.number, part, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            guard let next = Descriptor(made: number) else { throw failure(Array(parts.prefix(index + 1))) }
            here = next
        }
        last = (Array(parts), here)
        return here
    }

    /// What the archive did wrong, or the machine.
    private func failure(_ parts: [String]) -> DeploydError {
        let number = errno
        let path = parts.joined(separator: "/")
        switch number {
        case EEXIST, ENOTDIR, ELOOP, EISDIR:
            return TreePath.refusal(path, "the archive has something else of that name")
        default: return Files.failure("write", path, errno: number)
        }
    }
}
