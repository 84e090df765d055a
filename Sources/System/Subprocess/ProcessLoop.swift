import CSpawn
import Core
import Glibc
import Synchronization

/// The one thread that starts commands and waits for all of them, with `poll` on their pidfds and pipes.
///
/// `@unchecked Sendable`: `inbox` is a mutex; everything else is touched only by the thread, once it has started.
final class ProcessLoop: @unchecked Sendable {
    enum Message: Sendable {
        case run(CommandOrder)
        case cancel(UInt64)
        case detach(DetachedProcess.Order)
        /// Ends the thread. Detached processes go on.
        case close
    }

    private struct Inbox {
        var messages: [Message] = []
        /// Commands that wait or run.
        var commands = 0
    }

    private let inbox = Mutex(Inbox())
    private let wake: Descriptor
    private let maximumRunning: Int
    private let maximumWaiting: Int
    private var waiting: [CommandOrder] = []
    private var running: [RunningCommand] = []
    private var detached: [DetachedProcess.Watch] = []
    private var isClosed = false

    init(maximumRunning: Int, maximumWaiting: Int) throws(DeploydError) {
        guard let wake = Descriptor(made: cspawn_eventfd()) else {
            throw DeploydError.system("eventfd", errno: errno, code: .exhausted)
        }
        self.wake = wake
        self.maximumRunning = maximumRunning
        self.maximumWaiting = maximumWaiting
        try OSThread.detach("processes") { self.work() }
    }

    /// Hands a message to the thread.
    /// - Returns: false when it is a command and too many wait.
    func send(_ message: Message) -> Bool {
        let isTaken = inbox.withLock { inbox in
            if case .run = message {
                guard inbox.commands < maximumRunning + maximumWaiting else { return false }
                inbox.commands += 1
            }
            inbox.messages.append(message)
            return true
        }
        var one: UInt64 = 1
        if isTaken { _ = write(wake.number, &one, 8) }
        return isTaken
    }

    private func work() {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 * 1024, alignment: 16)
        defer { buffer.deallocate() }
        while !isClosed {
            poll()
            takeMessages()
            let now = ContinuousClock.now
            expireWaiting(now: now)
            running.removeAll { command in
                guard let outcome = command.advance(now: now, buffer: buffer) else { return false }
                finish(command.order, outcome)
                if !command.hasEnded { detached.append(.init(process: command.process)) }
                return true
            }
            detached.removeAll { $0.isEnded() }
            startWaiting()
        }
    }

    private func poll() {
        let numbers =
            [wake.number] + running.flatMap(\.descriptors) + detached.map(\.process.descriptor.number)
        var polled = numbers.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        let due = (running.map(\.due) + waiting.map(\.deadline)).min()
        let timeout = due.map { max(0, min(60_000, ($0 - .now).milliseconds + 1)) } ?? -1
        _ = Glibc.poll(&polled, nfds_t(polled.count), Int32(timeout))
        var count: UInt64 = 0
        _ = read(wake.number, &count, 8)
    }

    private func takeMessages() {
        let messages = inbox.withLock { inbox in
            defer { inbox.messages = [] }
            return inbox.messages
        }
        for message in messages {
            switch message {
            case .run(let order): waiting.append(order)
            case .cancel(let id): cancel(id)
            case .detach(let order): detach(order)
            case .close: isClosed = true
            }
        }
    }

    private func cancel(_ id: UInt64) {
        if let index = waiting.firstIndex(where: { $0.id == id }) {
            let order = waiting.remove(at: index)
            finish(order, .failure(order.error(for: .cancelled)))
        }
        running.first { $0.order.id == id }?.stop(.cancelled, now: .now)
    }

    private func expireWaiting(now: ContinuousClock.Instant) {
        waiting.removeAll { order in
            guard order.deadline <= now else { return false }
            finish(order, .failure(order.error(for: .deadline(order.allowance))))
            return true
        }
    }

    private func startWaiting() {
        while running.count < maximumRunning, let order = waiting.first {
            waiting.removeFirst()
            do {
                running.append(try RunningCommand(order))
            } catch {
                finish(order, .failure(error))
            }
        }
    }

    private func detach(_ order: DetachedProcess.Order) {
        do {
            let watch = DetachedProcess.Watch(
                process: try SpawnedProcess.start(order.command, input: order.input, output: nil, error: nil))
            detached.append(watch)
            order.finish(.success(watch.handle))
        } catch {
            order.finish(.failure(error))
        }
    }

    private func finish(_ order: CommandOrder, _ outcome: CommandOrder.Outcome) {
        inbox.withLock { $0.commands -= 1 }
        order.finish(outcome)
    }
}
