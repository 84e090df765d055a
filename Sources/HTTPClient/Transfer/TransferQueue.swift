import CCurl
import Core
import Synchronization

/// What crosses from tasks to the curl thread. Each addition wakes the thread.
final class TransferQueue: Sendable {
    enum Command {
        case start(Transfer)
        case cancel(UInt64)
        /// The reader made room again.
        case resume(UInt64)
    }

    /// Requests that are not yet answered; more are refused.
    static let maximumTransfers = 4096

    private struct State {
        var commands: [Command] = []
        var unanswered = 0
        var lastID: UInt64 = 0
        var stopped = false
    }

    private let state = Mutex(State())
    let multi: MultiHandle
    /// For how long a connection is kept that nothing uses.
    let idleLimit: Duration

    init(idleLimit: Duration) throws(DeploydError) {
        multi = try MultiHandle()
        self.idleLimit = idleLimit
    }

    /// A number for a transfer to come.
    func ticket() -> Ticket {
        Ticket(
            queue: self,
            id: state.withLock { state in
                state.lastID += 1
                return state.lastID
            })
    }

    func submit(_ transfer: Transfer) {
        let refusal: DeploydError? = state.withLock { state in
            if state.stopped { return DeploydError(.cancelled, "the program stops: nothing is sent any more") }
            guard state.unanswered < TransferQueue.maximumTransfers else {
                return DeploydError(
                    .exhausted, "more than \(TransferQueue.maximumTransfers) requests wait for answers: try later")
            }
            state.unanswered += 1
            state.commands.append(.start(transfer))
            return nil
        }
        if let refusal { return transfer.sink.finish(refusal) }
        multi.wakeUp()
    }

    func post(_ command: Command) {
        state.withLock { $0.commands.append(command) }
        multi.wakeUp()
    }

    func stop() {
        state.withLock { $0.stopped = true }
        multi.wakeUp()
    }

    /// For the curl thread: what came since the last time; nil when it should end.
    func take() -> [Command]? {
        state.withLock { state in
            defer { state.commands = [] }
            return state.stopped ? nil : state.commands
        }
    }

    /// For the curl thread, once it should end: transfers that it never saw.
    func takeRest() -> [Command] {
        state.withLock { state in
            defer { state.commands = [] }
            return state.commands
        }
    }

    func answered() { state.withLock { $0.unanswered -= 1 } }
}

/// The right to cancel or resume one transfer, before or after the thread has begun it.
final class Ticket: Sendable {
    let queue: TransferQueue
    let id: UInt64
    private let cancelled = Atomic(false)

    init(queue: TransferQueue, id: UInt64) {
        self.queue = queue
        self.id = id
    }

    var isCancelled: Bool { cancelled.load(ordering: .acquiring) }

    func cancel() {
        guard !cancelled.exchange(true, ordering: .acquiringAndReleasing) else { return }
        queue.post(.cancel(id))
    }

    func resume() { queue.post(.resume(id)) }
}
