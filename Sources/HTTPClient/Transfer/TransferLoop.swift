import CCurl
import Core
import Glibc

/// The curl thread's own state: only that thread touches it.
final class TransferLoop {
    private let queue: TransferQueue
    private var transfers: [UInt64: Transfer] = [:]
    /// libcurl gives back the handle of an ended transfer: which one it was.
    private var ids: [UnsafeMutableRawPointer: UInt64] = [:]
    private let clock = ContinuousClock()

    private init(_ queue: TransferQueue) { self.queue = queue }

    /// Runs a loop on a new thread until the queue stops.
    static func start(_ queue: TransferQueue) throws(DeploydError) {
        // With SIGPIPE blocked, as in every OSThread: an OpenSSL write to a closed connection must give EPIPE, since
        // libcurl under CURLOPT_NOSIGNAL does not ignore the signal.
        try OSThread.detach("http-client") { TransferLoop(queue).run() }
    }

    private func run() {
        while let commands = queue.take() {
            commands.forEach(perform)
            var running: Int32 = 0
            ccurl_multi_perform(queue.multi.pointer, &running)
            finishEnded()
            finishLate()
            // A command that came meanwhile has left a wake-up, so this returns at once.
            ccurl_multi_poll(queue.multi.pointer, milliseconds(until: nextDeadline))
        }
        let stopped = DeploydError(.cancelled, "the program stopped before the answer came")
        for case .start(let transfer) in queue.takeRest() { transfer.sink.finish(stopped) }
        transfers.values.forEach { end($0, stopped) }
    }

    private func perform(_ command: TransferQueue.Command) {
        switch command {
        case .start(let transfer): start(transfer)
        case .cancel(let id):
            if let transfer = transfers[id] { end(transfer, transfer.target.cancelled) }
        case .resume(let id): transfers[id]?.resume(now: clock.now)
        }
    }

    private func start(_ transfer: Transfer) {
        guard !transfer.ticket.isCancelled else { return refuse(transfer, transfer.target.cancelled) }
        do {
            let pointer = try transfer.prepare(now: clock.now)
            transfers[transfer.ticket.id] = transfer
            ids[pointer] = transfer.ticket.id
            guard ccurl_multi_add_handle(queue.multi.pointer, pointer) == CURLM_OK else {
                return end(transfer, DeploydError(.internal, "libcurl took no more transfers"))
            }
        } catch {
            refuse(transfer, error)
        }
    }

    private func refuse(_ transfer: Transfer, _ error: DeploydError) {
        queue.answered()
        transfer.sink.finish(error)
    }

    private func finishEnded() {
        var result = CURLE_OK
        while let pointer = ccurl_multi_ended(queue.multi.pointer, &result) {
            guard let id = ids[pointer], let transfer = transfers[id] else { continue }
            end(transfer, transfer.outcome(result))
        }
    }

    private func finishLate() {
        let now = clock.now
        for transfer in transfers.values.filter({ $0.deadline.map { $0 <= now } ?? false }) {
            end(transfer, transfer.late)
        }
    }

    private func end(_ transfer: Transfer, _ error: DeploydError?) {
        transfers[transfer.ticket.id] = nil
        if let pointer = transfer.handle?.pointer {
            ids[pointer] = nil
            ccurl_multi_remove_handle(queue.multi.pointer, pointer)
        }
        transfer.close()
        queue.answered()
        transfer.sink.finish(error)
    }

    private var nextDeadline: ContinuousClock.Instant? {
        transfers.values.lazy.compactMap(\.deadline).min()
    }

    private func milliseconds(until deadline: ContinuousClock.Instant?) -> Int32 {
        guard let deadline else { return 60_000 }
        return Int32(clamping: min(max(0, clock.now.duration(to: deadline).milliseconds + 1), 60_000))
    }
}
