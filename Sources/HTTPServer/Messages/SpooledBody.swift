import Glibc

/// A request's body in a file of its own. The file goes with the object: rename it to keep it.
public final class SpooledBody: Sendable {
    public let path: String
    /// In bytes.
    public let size: Int
    /// SHA-256 of the content, computed while it was read.
    public let sha256: [UInt8]

    public init(path: String, size: Int, sha256: [UInt8]) {
        self.path = path
        self.size = size
        self.sha256 = sha256
    }

    deinit { unlink(path) }
}
