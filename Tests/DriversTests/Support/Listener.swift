import Core
import Glibc
import Synchronization

/// A socket that listens on a free port of loopback and accepts nothing by itself.
final class Listener: Sendable {
    let port: Int
    private let descriptor: Mutex<Int32>

    init() throws {
        let made = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(made, $0, size) == 0 && listen(made, 16) == 0 && getsockname(made, $0, &size) == 0
            }
        }
        guard isListening else { throw DeploydError.system("listen", errno: errno) }
        port = Int(UInt16(bigEndian: address.sin_port))
        descriptor = Mutex(made)
    }

    func stop() {
        descriptor.withLock { descriptor in
            if descriptor >= 0 { close(descriptor) }
            descriptor = -1
        }
    }

    deinit { stop() }
}
