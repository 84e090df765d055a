public import Core
import Glibc

extension Files {
    /// The whole content of a regular file.
    /// - Parameter limit: bytes; a longer file is refused.
    /// - Throws: `DeploydError`: `notFound`, `forbidden`, `tooLarge`, `invalid` for what is not a regular file.
    public static func read(_ path: String, limit: Int) throws(DeploydError) -> [UInt8] {
        // Non-blocking, or opening a FIFO would wait for its writer.
        guard let file = Descriptor(made: open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)) else {
            throw failure("read", path, errno: errno)
        }
        var status = stat()
        guard fstat(file.number, &status) == 0 else { throw failure("read", path, errno: errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw DeploydError(.invalid, "\(path) is not a file") }
        // Files of /proc say that their size is 0, and others may grow: read until the end, one byte past the limit.
        guard let bytes = file.readAll(limit: limit + 1) else { throw failure("read", path, errno: errno) }
        guard bytes.count <= limit else { throw DeploydError(.tooLarge, "\(path) is longer than \(limit) bytes") }
        return bytes
    }
}

extension Descriptor {
    /// Reads until the end or `limit`; nil, with `errno` set, for an error.
    func readAll(limit: Int) -> [UInt8]? {
        var bytes: [UInt8] = []
        while bytes.count < limit {
            let size = min(limit - bytes.count, max(4096, bytes.count))
            var count = -1
            let piece = [UInt8](unsafeUninitializedCapacity: size) { buffer, initialized in
                repeat { count = Glibc.read(number, buffer.baseAddress, size) } while count < 0 && errno == EINTR
                initialized = max(0, count)
            }
            guard count >= 0 else { return nil }
            if count == 0 { break }
            bytes += piece
        }
        return bytes
    }

    /// Writes all of `bytes`; false, with `errno` set, for an error.
    func writeAll(_ bytes: some Collection<UInt8>) -> Bool {
        let written = bytes.withContiguousStorageIfAvailable { writeAll(UnsafeRawBufferPointer($0)) }
        return written ?? Array(bytes).withUnsafeBytes { writeAll($0) }
    }

    private func writeAll(_ buffer: UnsafeRawBufferPointer) -> Bool {
        var done = 0
        while done < buffer.count {
            let count = Glibc.write(number, buffer.baseAddress?.advanced(by: done), buffer.count - done)
            if count > 0 {
                done += count
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }
}
