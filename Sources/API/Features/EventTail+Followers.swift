import Core
import HTTPServer
import Model

extension EventTail {
    /// Gives a follower what it has missed, as fast as it takes it. When nothing is missing this returns, and all that comes is
    /// given to it with the others, by one task for all.
    nonisolated func follow(_ follower: EventFollower) async {
        var follower = follower
        do {
            while let newest = try await adopt(follower) {
                let lines = try await lines(after: follower.last, newest: newest)
                guard let end = lines.last?.event.id else { break }
                while follower.last < end {
                    try await follower.writer.waitForRoom()
                    try follower.give(lines)
                }
            }
        } catch {
            // The client comes back with the last number that it got.
            follower.writer.finish()
        }
    }

    /// Takes a follower to those who have everything.
    /// - Returns: the newest event, when it does not have it yet and was not taken; else nil.
    private func adopt(_ follower: EventFollower) async throws -> Int64? {
        let delivered = try await begin()
        guard follower.last >= delivered else { return delivered }
        if followers.count >= nextPurge {
            followers.removeAll { !$0.writer.isOpen }
            nextPurge = max(nextPurge, 2 * followers.count)
        }
        followers.append(follower)
        return nil
    }

    /// The number of the newest event, without a read of the database: thousands may ask at once, after a restart.
    nonisolated func newest() async throws -> Int64 {
        for await number in storage.newestEvents() { return number }
        throw EventTail.closed
    }

    private static let closed = DeploydError(.unavailable, "the store is closed; start deployd again")

    /// - Returns: the newest event that all were given.
    private func begin() async throws -> Int64 {
        if delivered == nil {
            let number = try await newest()
            if delivered == nil {
                delivered = number
                let news = storage.newestEvents()
                Task { [weak self] in
                    for await newest in news { await self?.deliver(newest) }
                    await self?.end()
                }
            }
        }
        guard !isOver, let delivered else { throw EventTail.closed }
        return delivered
    }

    private func deliver(_ newest: Int64) async {
        while let last = delivered, last < newest {
            guard let lines = try? await lines(after: last, newest: newest), let end = lines.last?.event.id else {
                // They come back with the last number that they got.
                endAll()
                delivered = newest
                return
            }
            // From here to the end of the turn nothing suspends: whoever is adopted has either got these or gets them.
            followers.removeAll { !give(lines, to: $0, after: last) }
            delivered = end
        }
    }

    /// - Returns: whether the follower stays with the others.
    private func give(_ lines: ArraySlice<Line>, to follower: EventFollower, after last: Int64) -> Bool {
        var follower = follower
        follower.last = max(follower.last, last)
        do throws(HTTPStreamClosed) {
            try follower.give(lines)
        } catch {
            return false
        }
        if follower.last >= lines.last?.event.id ?? 0 { return true }
        let behind = follower
        Task { await follow(behind) }
        return false
    }

    private func end() {
        isOver = true
        endAll()
    }

    private func endAll() {
        followers.forEach { $0.writer.finish() }
        followers = []
    }
}
