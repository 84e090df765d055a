internal import CEpoll
internal import Core
import Glibc
import Synchronization

/// How other threads reach a loop: a list of completions, and a counter that ends its wait.
final class LoopMailbox: Sendable {
    private struct State {
        var completions: [Completion] = []
        var isOpen = true
        var isLoopAsleep = false
    }

    private let state = Mutex(State())
    /// An eventfd; readable when the loop must look.
    let descriptor: Int32

    init() throws {
        descriptor = cepoll_eventfd(0)
        guard descriptor >= 0 else { throw DeploydError.system("eventfd", errno: -descriptor) }
    }

    /// Adds a completion, from any thread. After the loop's end it is dropped.
    /// Bounded by what is outstanding: one answer a request, one notice a stream, the pieces of a body in flight.
    func post(_ completion: Completion) {
        let mustWake = state.withLock { state in
            guard state.isOpen else { return false }
            state.completions.append(completion)
            defer { state.isLoopAsleep = false }
            return state.isLoopAsleep
        }
        guard mustWake else { return }
        var one: UInt64 = 1
        _ = write(descriptor, &one, MemoryLayout<UInt64>.size)
    }

    /// Loop only: whether it may wait. The next completion then writes to the counter; while the loop is awake none
    /// does, which saves a call for each answer under load.
    func fallAsleep() -> Bool {
        state.withLock { state in
            state.isLoopAsleep = state.completions.isEmpty
            return state.isLoopAsleep
        }
    }

    /// Loop only: everything that came, in order.
    func take() -> [Completion] {
        state.withLock { state in
            state.isLoopAsleep = false
            guard !state.completions.isEmpty else { return [] }
            defer { state.completions = [] }
            return state.completions
        }
    }

    /// Loop only: takes the counter back to zero.
    func clearWakeup() {
        var count: UInt64 = 0
        _ = read(descriptor, &count, MemoryLayout<UInt64>.size)
    }

    /// Loop only: its end.
    func shut() { state.withLock { $0 = State(isOpen: false) } }

    deinit { close(descriptor) }
}
