internal import CEpoll
internal import Core
import Glibc

/// An epoll descriptor and the list it fills.
struct Poller: ~Copyable {
    private let descriptor: Int32
    private var ready = [cepoll_ready](repeating: cepoll_ready(), count: 256)

    init() throws {
        descriptor = cepoll_create()
        guard descriptor >= 0 else { throw DeploydError.system("epoll_create1", errno: -descriptor) }
    }

    /// - Returns: how many entries `event(at:)` has.
    mutating func wait(milliseconds: Int32) -> Int {
        max(0, Int(cepoll_wait(descriptor, &ready, Int32(ready.count), milliseconds)))
    }

    func event(at index: Int) -> cepoll_ready { ready[index] }

    /// - Returns: whether it is watched; the kernel's memory is the only bound.
    func watchEdges(_ watched: Int32, token: UInt64) -> Bool { cepoll_watch_edges(descriptor, watched, token) >= 0 }

    func watchLevel(_ watched: Int32, token: UInt64) -> Bool { cepoll_watch_level(descriptor, watched, token) >= 0 }

    func forget(_ watched: Int32) { _ = cepoll_forget(descriptor, watched) }

    deinit { close(descriptor) }
}
