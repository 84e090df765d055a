public import Crypto
import Glibc

/// A request's body in a file of its own. The file goes with the object: rename it to keep it.
public final class SpooledBody: Sendable {
    public let path: String
    /// In bytes.
    public let size: Int
    /// Of the content, computed while it was read.
    public let sha256: Digest

    public init(path: String, size: Int, sha256: Digest) {
        self.path = path
        self.size = size
        self.sha256 = sha256
    }

    deinit { unlink(path) }
}
