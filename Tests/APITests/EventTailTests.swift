import Model
import Store
import TestSupport
import Testing

@testable import API

@Suite struct EventTailTests {
    /// More followers than the database has readers, from everywhere in the history, while events are added.
    @Test func everyFollowerSeesEveryEventOnceAndInOrder() async throws {
        let harness = try await Harness()
        try await harness.addEvents(1500)
        let first = try await harness.storage.read { try $0.newestEvent() } - 1500
        let tail = EventTail(storage: harness.storage)
        let (before, end) = (first + 1500, first + 1620)
        let followers = (0..<400).map { number in
            Task { () -> Bool in
                var random = SeededGenerator(UInt64(number))
                let start = Int64.random(in: first..<before, using: &random)
                var last = start
                for await newest in harness.storage.newestEvents() {
                    while last < newest {
                        let ids = try await tail.lines(after: last, newest: newest).map(\.event.id)
                        guard let end = ids.last, ids == Array(last + 1...end) else { return false }
                        last = end
                    }
                    if last >= end { return true }
                }
                return false
            }
        }
        for batch in 0..<40 { try await harness.addEvents(3, from: 2000 + 3 * batch) }
        var whole = 0
        for follower in followers where try await follower.value { whole += 1 }
        #expect(whole == followers.count)
        await harness.stop()
    }
}
