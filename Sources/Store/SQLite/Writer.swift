import CSQLite
import Core
import Synchronization

/// The thread that alone writes. It takes all that waits into one commit, since the sync to the disk is what costs.
final class Writer: Sendable {
    /// What has been done since the start.
    struct Counts: Sendable, Equatable {
        var commits = 0
        var items = 0
    }

    private struct Queue: Sendable {
        var items: [WriteItem] = []
        var isClosed = false
    }

    private let queue = Monitor(Queue())
    private let bound: Int
    private let group: Int
    private let reserve: DiskReserve
    private let counts = Mutex(Counts())
    private let fullness = Mutex(false)
    private let thread = Mutex<OSThread?>(nil)

    /// - Parameters:
    ///   - bound: how many items may wait; more are refused.
    ///   - group: how many go into one commit at most.
    init(connection: Connection, reserve: DiskReserve, bound: Int, group: Int = .max) throws {
        self.bound = bound
        self.group = group
        self.reserve = reserve
        let started = try OSThread("store-writer") {
            while let items = self.next() { self.commit(items, on: connection) }
        }
        thread.withLock { $0 = started }
    }

    var committed: Counts { counts.withLock { $0 } }
    /// Whether the last change did not find room on the disk.
    var isDiskFull: Bool { fullness.withLock { $0 } }
    var waiting: Int { queue.withLock(\.items.count) }

    /// Queues `item`; it is refused at once when the queue is full or closed.
    func submit(_ item: WriteItem) {
        let refusal: DeploydError? = queue.change { queue in
            guard !queue.isClosed else { return DeploydError(.unavailable, "the store is closed; start deployd again") }
            guard queue.items.count < bound else {
                return DeploydError(.exhausted, "\(bound) changes wait for the disk already; try again in a moment")
            }
            queue.items.append(item)
            return nil
        }
        if let refusal { item.fail(refusal) }
    }

    /// Takes no more items, commits those that wait, and ends the thread.
    func close() {
        queue.change { $0.isClosed = true }
        thread.withLock { thread in
            defer { thread = nil }
            return thread
        }?.join()
    }

    /// What waits, up to a group; nil when closed and nothing is left.
    private func next() -> [WriteItem]? {
        queue.wait(until: { !$0.items.isEmpty || $0.isClosed }) { queue in
            guard !queue.items.isEmpty else { return nil }
            guard queue.items.count > group else {
                defer { queue.items = [] }
                return queue.items
            }
            defer { queue.items.removeFirst(group) }
            return Array(queue.items.prefix(group))
        }
    }

    /// On a full disk once more, after the write-ahead log has given back what it had.
    private func commit(_ items: [WriteItem], on connection: Connection) {
        var group = WriteGroup(connection)
        var error = run(items, &group)
        if error?.primaryCode == SQLITE_FULL, LogTruncation.run(on: connection, reserve) {
            group = WriteGroup(connection)
            error = run(items, &group)
        }
        fullness.withLock { $0 = error?.primaryCode == SQLITE_FULL }
        if let error {
            group.tell(error.explained)
            items.dropFirst(group.tried).forEach { $0.fail(error.explained) }
            return
        }
        counts.withLock { $0 = Counts(commits: $0.commits + 1, items: $0.items + items.count) }
        group.tell(nil)
    }

    /// - Returns: why nothing of it was done.
    private func run(_ items: [WriteItem], _ group: inout WriteGroup) -> SQLiteError? {
        do throws(SQLiteError) {
            try group.begin()
            for item in items { try group.add(item) }
            try group.commit()
            return nil
        } catch {
            group.takeBack()
            return error
        }
    }
}
