import Core
import Model

/// Each question looks at a few entries of one index, however many deliveries wait.
extension StoredQueries {
    func waitingLanes(at moment: Timestamp, after lane: String?, limit: Int) throws -> [String] {
        var found: [String] = []
        var last = lane ?? ""
        while found.count < limit, let next = try nextLane(after: last) {
            if try !due(inLane: next, at: moment, limit: 1).isEmpty { found.append(next) }
            last = next
        }
        return found
    }

    func waitingDeliveries(inLane lane: String, at moment: Timestamp, limit: Int) throws -> [Delivery] {
        try due(inLane: lane, at: moment, limit: limit).compactMap { sequence in
            try row("SELECT * FROM deliveries WHERE sequence = \(sequence)", delivery)
        }
    }

    private func nextLane(after lane: String) throws -> String? {
        let next: String?? = try row(
            """
            SELECT min(lane) FROM deliveries INDEXED BY deliveriesWaitingByLane WHERE \(waiting) AND lane > \(lane)
            """
        ) { try $0[0] }
        return next ?? nil
    }

    /// None is made to wait for longer: what waits beyond this waits because somebody set the clock back, and is due.
    private var longestDelay: Duration { RetryPolicy.delivery.maximum * 2 }

    /// The numbers of those that may be processed, oldest first.
    private func due(inLane lane: String, at moment: Timestamp, limit: Int) throws -> [Int64] {
        let never = try sequences(inLane: lane, "notBefore IS NULL ORDER BY sequence", limit)
        let again = try sequences(inLane: lane, "notBefore <= \(moment) ORDER BY notBefore", limit)
        let late = try sequences(
            inLane: lane, "notBefore > \(moment + longestDelay) ORDER BY notBefore", limit)
        let due = (never + again + late).sorted().prefix(limit)
        guard lane.hasPrefix("tree:"), let first = try firstDeferred(inLane: lane, at: moment) else {
            return Array(due)
        }
        return due.filter { $0 < first }
    }

    private func sequences(inLane lane: String, _ condition: SQL, _ limit: Int) throws -> [Int64] {
        try rows(
            """
            SELECT sequence FROM deliveries INDEXED BY deliveriesWaitingByLane
            WHERE \(waiting) AND lane = \(lane) AND \(condition) LIMIT \(limit)
            """
        ) { try $0[0] }
    }

    /// The oldest that waits for its time.
    private func firstDeferred(inLane lane: String, at moment: Timestamp) throws -> Int64? {
        let first: Int64?? = try row(
            """
            SELECT min(sequence) FROM deliveries INDEXED BY deliveriesWaitingByLane
            WHERE \(waiting) AND lane = \(lane) AND notBefore > \(moment)
                AND notBefore <= \(moment + longestDelay)
            """
        ) { try $0[0] }
        return first ?? nil
    }
}
