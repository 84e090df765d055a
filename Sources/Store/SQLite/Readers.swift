import Core
import Synchronization

/// A few threads that read, so that no task blocks.
final class Readers: Sendable {
    private struct Queue: Sendable {
        var jobs: [@Sendable () -> Void] = []
        var isClosed = false
    }

    private let connections: ReaderConnections
    private let bound: Int
    private let queue = Monitor(Queue())
    private let threads = Mutex<[OSThread]>([])

    /// - Parameter bound: how many reads may wait; more are refused.
    init(connections: ReaderConnections, threads count: Int, bound: Int) throws {
        self.connections = connections
        self.bound = bound
        for _ in 0..<count {
            let thread = try OSThread("store-reader") { [queue] in
                while let job = Readers.next(queue) { job() }
            }
            threads.withLock { $0.append(thread) }
        }
    }

    /// Runs `body` over one snapshot; `completion` is called on a reader's thread, or at once when it is refused.
    func read<Value: Sendable>(
        _ body: @escaping @Sendable (ReadTransaction) throws -> Value,
        completion: @escaping @Sendable (Result<Value, any Error>) -> Void
    ) {
        let refusal: DeploydError? = queue.change { queue in
            guard !queue.isClosed else { return DeploydError(.unavailable, "the store is closed; start deployd again") }
            guard queue.jobs.count < bound else {
                return DeploydError(.exhausted, "\(bound) reads of the database wait already; try again in a moment")
            }
            queue.jobs.append { [connections] in completion(Result { try connections.read(body) }) }
            return nil
        }
        if let refusal { completion(.failure(refusal)) }
    }

    /// Takes no more reads, runs those that wait, and ends the threads.
    func close() {
        queue.changeForAll { $0.isClosed = true }
        threads.withLock { threads in
            defer { threads = [] }
            return threads
        }.forEach { $0.join() }
    }

    private static func next(_ queue: Monitor<Queue>) -> (@Sendable () -> Void)? {
        queue.wait(until: { !$0.jobs.isEmpty || $0.isClosed }) { queue in
            queue.jobs.isEmpty ? nil : queue.jobs.removeFirst()
        }
    }
}
