import Core
import Glibc

/// A thread of its own for calls that block.
final class Worker: Sendable {
    private let thread: pthread_t

    /// - Parameter name: what `top -H` shows, at most 15 bytes.
    /// - Throws: `DeploydError` when the system has no thread left.
    init(_ name: String, _ body: @escaping @Sendable () -> Void) throws {
        var made = pthread_t()
        let start = Unmanaged.passRetained(Start(name: name, body: body))
        let code = pthread_create(&made, nil, entry, start.toOpaque())
        guard code == 0 else {
            start.release()
            throw DeploydError.system("start the thread \(name)", errno: code, code: .unavailable)
        }
        thread = made
    }

    /// Waits for the thread's end. When that thread itself asks, it goes on alone.
    func join() {
        guard pthread_equal(thread, pthread_self()) == 0 else {
            pthread_detach(thread)
            return
        }
        pthread_join(thread, nil)
    }
}

private final class Start {
    let name: String
    let body: @Sendable () -> Void
    init(name: String, body: @escaping @Sendable () -> Void) {
        self.name = name
        self.body = body
    }
}

private let entry: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { context in
    guard let context else { return nil }
    let start = Unmanaged<Start>.fromOpaque(context).takeRetainedValue()
    // pthread_setname_np is a GNU function, which Swift does not see.
    let file = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
    if file >= 0 {
        let name = Array(start.name.utf8)
        _ = name.withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
        close(file)
    }
    start.body()
    return nil
}
