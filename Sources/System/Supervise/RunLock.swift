import CSpawn
import Core
import Glibc

/// The `flock` by which a supervisor is known to live: the kernel drops it with the process, whatever ends it.
enum RunLock {
    enum Outcome { case held(Descriptor), heldByAnother, failed(errno: Int32) }

    /// Takes it for as long as the descriptor is open. `isHeld` takes it shared for a moment, so one refusal proves
    /// nothing: it is tried for a while.
    static func acquire(_ path: String) -> Outcome {
        guard let file = Descriptor(made: open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)) else {
            return .failed(errno: errno)
        }
        for _ in 0..<50 {
            if cspawn_lock(file.number, true) == 0 { return .held(file) }
            guard errno == EWOULDBLOCK else { return .failed(errno: errno) }
            usleep(5000)
        }
        return .heldByAnother
    }

    /// Whether a process holds it.
    static func isHeld(_ path: String) -> Bool {
        guard let file = Descriptor(made: open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW)) else { return false }
        return cspawn_lock(file.number, false) != 0 && errno == EWOULDBLOCK
    }
}
