import Core
import Model
import TestSupport
import Testing

@testable import Store

struct EventTests {
    let fixture: Fixture
    var storage: SQLiteStorage { fixture.storage }

    init() throws { fixture = try Fixture() }

    @Test func numbersHaveNoGapsWhateverIsRolledBack() async throws {
        struct Refused: Error {}
        let storage = storage
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<300 {
                group.addTask {
                    try? await storage.write { writer in
                        try writer.append(EventDraft(.worldChanged, actor: "\(number)"), at: moment(1))
                        if number % 3 == 0 { throw Refused() }
                        try writer.append(EventDraft(.worldChanged, actor: "\(number)"), at: moment(1))
                    }
                }
            }
            // Meanwhile no reader sees half a change, or a number without all those before it.
            for number in 0..<100 {
                group.addTask {
                    let look: @Sendable (any StorageReader) throws -> Bool = { reader in
                        let (newest, all) = (try reader.newestEvent(), try reader.events(after: 0, limit: 1000))
                        return newest % 2 == 0 && all.map(\.id) == Array(1..<(newest + 1))
                    }
                    let isWhole = number % 2 == 0 ? try await storage.read(look) : try storage.readNow(look)
                    #expect(isWhole)
                }
            }
            try await group.waitForAll()
        }
        let events = try await storage.read { try $0.events(after: 0, limit: 1000) }
        #expect(events.map(\.id) == Array(1...400))
        // Both events of a change stand together.
        #expect(stride(from: 0, to: 400, by: 2).allSatisfy { events[$0].draft == events[$0 + 1].draft })
        #expect(try storage.readNow { try $0.newestEvent() } == 400)
    }

    @Test func theHistoryIsNeverChanged() async throws {
        let draft = EventDraft(
            .versionDeployed, actor: "ada", cause: Cause(.deployment, "x1"), application: "hello",
            environment: "qa", target: "t", before: "v1", after: "v2", detail: "by hand")
        let event = try await storage.write { try $0.append(draft, at: moment(1)) }
        #expect(event == Event(id: 1, time: moment(1), draft: draft))
        for sql: SQL in [
            "UPDATE events SET actor = 'eve'", "DELETE FROM events",
            "INSERT INTO events SELECT 7, 1, 'a', 'b', \(raw: nulls)",
        ] {
            await #expect(throws: DeploydError.self) {
                _ = try await storage.write { writer in try (writer as? StoredWriter)?.run(sql) }
            }
        }
        #expect(try storage.readNow { try $0.events(after: 0, limit: 9) } == [event])
    }

    private let nulls = Array(repeating: "NULL", count: 8).joined(separator: ", ")

    @Test func followersHearOfEachNewestEvent() async throws {
        try await storage.write { _ = try $0.append(EventDraft(.worldChanged, actor: "a"), at: moment(1)) }
        var numbers = storage.newestEvents().makeAsyncIterator()
        #expect(await numbers.next() == 1)
        try await storage.write { writer in
            for _ in 0..<2 { try writer.append(EventDraft(.worldChanged, actor: "a"), at: moment(1)) }
        }
        #expect(await numbers.next() == 3)
        storage.close()
        #expect(await numbers.next() == nil)
        var late = storage.newestEvents().makeAsyncIterator()
        #expect([await late.next(), await late.next()] == [3, nil])
    }

    @Test func filtersAndPages() async throws {
        try await storage.write { writer in
            for number in 1...20 {
                let draft = EventDraft(
                    number % 2 == 0 ? .versionDeployed : .versionDesired, actor: "ada",
                    application: number % 4 == 0 ? "a" : "b", environment: number > 10 ? "qa" : nil)
                // The clock was set back once.
                try writer.append(draft, at: moment(number == 20 ? 5 : Int64(number)))
            }
        }
        let cases: [(EventFilter, [Int64])] = [
            (.init(application: "a"), [20, 16, 12, 8, 4]),
            (.init(application: "a", environment: "qa"), [20, 16, 12]),
            (.init(target: "t"), []),
            (.init(type: .versionDesired), [19, 17, 15, 13, 11, 9, 7, 5, 3, 1]),
            (.init(since: moment(17)), [19, 18, 17]),
            (.init(application: "a", since: moment(4), until: moment(12)), [8, 20, 4]),
            (.init(until: moment(3)), [2, 1]),
        ]
        for (filter, expected) in cases {
            let found = try await storage.read { reader in
                var ids: [Int64] = []
                var request = PageRequest(limit: 2)
                while true {
                    let page = try reader.events(filter, request)
                    ids += page.items.map(\.id)
                    guard let next = page.next else { return ids }
                    request = PageRequest(limit: 2, after: next)
                }
            }
            #expect(found == expected, "\(filter)")
        }
        for filter in [EventFilter(), .init(since: moment(1))] {
            #expect(throws: DeploydError.self) {
                try storage.readNow { try $0.events(filter, PageRequest(after: "x.y")) }
            }
        }
    }
}
