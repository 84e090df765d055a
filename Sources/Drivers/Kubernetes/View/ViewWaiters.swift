import Model
import Synchronization

/// Who waits for changes of what an instance has, and who is told of all.
final class ViewWaiters: Sendable {
    private struct Listener {
        var pending: Set<InstanceIdentity> = []
        let signal: AsyncStream<Void>.Continuation
    }

    private struct State {
        var nextID = 0
        var waiting: [InstanceIdentity: [Int: CheckedContinuation<Void, Never>]] = [:]
        var listeners: [Int: Listener] = [:]
        var isEnded = false
    }

    private let state = Mutex(State())

    func newID() -> Int {
        state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
    }

    /// - Parameter isOutdated: asked within the lock, so that no change falls between asking and waiting.
    func wait(_ id: Int, for identity: InstanceIdentity, unless isOutdated: () -> Bool) async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
                let waits = state.withLock { state in
                    guard !Task.isCancelled, !isOutdated() else { return false }
                    state.waiting[identity, default: [:]][id] = continuation
                    return true
                }
                if !waits { continuation.resume() }
            }
        } onCancel: {
            wake(id, identity)
        }
    }

    func wake(_ id: Int, _ identity: InstanceIdentity) {
        let continuation = state.withLock { state in
            let continuation = state.waiting[identity]?.removeValue(forKey: id)
            if state.waiting[identity]?.isEmpty == true { state.waiting[identity] = nil }
            return continuation
        }
        continuation?.resume()
    }

    /// Wakes those who wait for one of these, and tells who is told of all.
    func tell(_ identities: Set<InstanceIdentity>) {
        guard !identities.isEmpty else { return }
        let (continuations, signals) = state.withLock { state in
            var continuations: [CheckedContinuation<Void, Never>] = []
            for identity in identities {
                continuations += state.waiting.removeValue(forKey: identity).map { Array($0.values) } ?? []
            }
            for id in state.listeners.keys { state.listeners[id]?.pending.formUnion(identities) }
            return (continuations, state.listeners.values.map(\.signal))
        }
        // Outside the lock, which the handler of a cancellation takes.
        continuations.forEach { $0.resume() }
        signals.forEach { $0.yield() }
    }

    /// Wakes everybody who waits, whatever for.
    func wakeAll() {
        let continuations = state.withLock { state in
            defer { state.waiting = [:] }
            return state.waiting.values.flatMap(\.values)
        }
        continuations.forEach { $0.resume() }
    }

    /// The same, and ends what is listened to.
    func end() {
        wakeAll()
        let signals = state.withLock { state in
            state.isEnded = true
            return state.listeners.values.map(\.signal)
        }
        signals.forEach { $0.finish() }
    }

    /// Calls with whose objects have changed, those of one moment together, until the task is cancelled or the view ends.
    func listen(_ onChange: ([InstanceIdentity]) async -> Void) async {
        let (stream, signal) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let id = newID()
        let isEnded = state.withLock { state in
            state.listeners[id] = Listener(signal: signal)
            return state.isEnded
        }
        if isEnded { signal.finish() }
        defer { state.withLock { $0.listeners[id] = nil } }
        for await _ in stream {
            let changed = state.withLock { state in
                defer { state.listeners[id]?.pending = [] }
                return state.listeners[id]?.pending ?? []
            }
            if !changed.isEmpty { await onChange(Array(changed)) }
        }
    }
}
