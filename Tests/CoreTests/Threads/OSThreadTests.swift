import Core
import Glibc
import Synchronization
import Testing

@Suite struct OSThreadTests {
    private struct Seen: Equatable {
        var name = ""
        var blocked: [Bool] = []
    }

    private final class Note: Sendable {
        let seen = Mutex(Seen())
    }

    /// Signals are for the program's first thread; that of a fault is for whoever made it.
    @Test func hasItsNameAndNoSignals() throws {
        let note = Note()
        let before = blocked([SIGTERM, SIGPIPE])
        let thread = try OSThread("a-name") {
            let seen = Seen(name: ownName(), blocked: blocked([SIGTERM, SIGPIPE, SIGSEGV]))
            note.seen.withLock { $0 = seen }
        }
        thread.join()
        #expect(note.seen.withLock { $0 } == Seen(name: "a-name", blocked: [true, true, false]))
        #expect(blocked([SIGTERM, SIGPIPE]) == before)
    }

    /// The last owner may let go of what holds the thread on that thread itself.
    @Test func mayJoinItself() async throws {
        final class Owner: Sendable {
            let thread = Mutex<OSThread?>(nil)
        }
        let owner = Owner()
        await withCheckedContinuation { continuation in
            owner.thread.withLock { thread in
                thread = try? OSThread("joins-itself") {
                    owner.thread.withLock(\.self)?.join()
                    continuation.resume()
                }
                if thread == nil { continuation.resume() }
            }
        }
        #expect(owner.thread.withLock { $0 != nil })
    }
}

private func blocked(_ signals: [Int32]) -> [Bool] {
    var mask = sigset_t()
    pthread_sigmask(SIG_BLOCK, nil, &mask)
    return signals.map { sigismember(&mask, $0) == 1 }
}

private func ownName() -> String {
    let file = open("/proc/thread-self/comm", O_RDONLY | O_CLOEXEC)
    defer { close(file) }
    var buffer = [UInt8](repeating: 0, count: 16)
    let count = read(file, &buffer, buffer.count)
    return String(decoding: buffer.prefix(max(0, count - 1)), as: UTF8.self)
}
