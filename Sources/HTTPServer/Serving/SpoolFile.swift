internal import Core
internal import Crypto
import Glibc

/// One body's file while it is written. It is removed with the object unless it was finished.
final class SpoolFile {
    private let path: String
    private var descriptor: Int32
    private var size = 0
    private var hasher = SHA256()

    init(in directory: String) throws {
        path = "\(directory)/body-\(SecureRandom.hex(bytes: 12))"
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw SpoolFile.failure("open", errno) }
    }

    func append(_ bytes: [UInt8]) throws {
        hasher.update(bytes)
        size += bytes.count
        var offset = 0
        while offset < bytes.count {
            let written = bytes.withUnsafeBytes {
                write(descriptor, $0.baseAddress.map { $0 + offset }, $0.count - offset)
            }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw SpoolFile.failure("write", errno) }
            offset += written
        }
    }

    func finish() -> SpooledBody {
        close(descriptor)
        descriptor = -1
        return SpooledBody(path: path, size: size, sha256: hasher.finish())
    }

    private static func failure(_ call: String, _ number: Int32) -> DeploydError {
        DeploydError(
            .unavailable,
            "The body could not be kept: the server's disk does not take it (\(describe(errno: number))). Free some "
                + "space there, then send it again.", metadata: ["call": call])
    }

    deinit {
        guard descriptor >= 0 else { return }
        close(descriptor)
        unlink(path)
    }
}
