internal import CEpoll
internal import Core
internal import Crypto
import Glibc
import Synchronization

/// Writes bodies to files, and hashes them, on a thread of its own: neither belongs on an event loop.
///
/// Bounded by its senders: a connection stops reading while `ConnectionSpool.window` bytes of it are on their way.
final class SpoolWorker: Sendable {
    enum Job: Sendable {
        case open(directory: String)
        case write([UInt8])
        case finish
        case abandon
    }

    /// A body on its way, and the loop that is told about it.
    struct Ticket: Sendable {
        let key: ConnectionKey
        let mailbox: LoopMailbox
    }

    private struct State {
        var jobs: [(Ticket, Job)] = []
        var isOpen = true
    }

    private let state = Mutex(State())
    private let wakeup: Int32

    init() throws {
        wakeup = cepoll_eventfd(1)
        guard wakeup >= 0 else { throw DeploydError.system("eventfd", errno: -wakeup) }
    }

    func start() throws { try OSThread.detach("spooler") { self.run() } }

    func add(_ job: Job, for ticket: Ticket) {
        state.withLock { $0.jobs.append((ticket, job)) }
        wake()
    }

    /// Ends the thread; files that are not finished are removed.
    func stop() {
        state.withLock { $0.isOpen = false }
        wake()
    }

    private func wake() {
        var one: UInt64 = 1
        _ = write(wakeup, &one, MemoryLayout<UInt64>.size)
    }

    private func run() {
        var files: [SpoolKey: SpoolFile] = [:]
        while true {
            var count: UInt64 = 0
            _ = read(wakeup, &count, MemoryLayout<UInt64>.size)
            let (jobs, isOpen) = state.withLock { state in
                defer { state.jobs = [] }
                return (state.jobs, state.isOpen)
            }
            for (ticket, job) in jobs { perform(job, ticket, &files) }
            if !isOpen { return }
        }
    }

    private struct SpoolKey: Hashable {
        let loop: ObjectIdentifier
        let connection: ConnectionKey
    }

    private func perform(_ job: Job, _ ticket: Ticket, _ files: inout [SpoolKey: SpoolFile]) {
        let key = SpoolKey(loop: ObjectIdentifier(ticket.mailbox), connection: ticket.key)
        do {
            switch job {
            case .open(let directory): files[key] = try SpoolFile(in: directory)
            case .write(let bytes):
                guard let file = files[key] else { return }
                try file.append(bytes)
                ticket.mailbox.post(.spool(ticket.key, .written(bytes: bytes.count)))
            case .finish:
                guard let file = files.removeValue(forKey: key) else { return }
                ticket.mailbox.post(.spool(ticket.key, .finished(file.finish())))
            case .abandon: files[key] = nil
            }
        } catch {
            files[key] = nil
            let failure = DeploydError.wrapping(error, "The body could not be written to a file.")
            ticket.mailbox.post(.spool(ticket.key, .failed(failure)))
        }
    }

    deinit { close(wakeup) }
}
