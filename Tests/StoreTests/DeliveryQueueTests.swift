import Core
import Model
import TestSupport
import Testing

@testable import Store

struct DeliveryQueueTests {
    /// Of each lane those that may be tried; a tree waits for the trees before it.
    @Test func whatWaitsIsGivenOldestFirstWhenItsTimeHasCome() async throws {
        let fixture = try Fixture()
        try await fixture.storage.write { writer in
            try writer.insert(Sample.delivery("z", notBefore: moment(50)))
            try writer.insert(Sample.delivery("y"))
            try writer.insert(Sample.delivery("x", status: .processed))
            try writer.insert(Sample.delivery("w", status: .processing, notBefore: moment(40), repository: nil))
            try writer.insert(Sample.delivery("v", status: .failed))
            try writer.insert(Sample.delivery("u", repository: nil))
            try writer.insert(Sample.delivery("t", repository: "acme/other"))
        }
        let (lanes, ids, times) = try fixture.storage.readNow { reader in
            (
                try [1, 45].map { try reader.waitingLanes(at: moment($0), after: nil, limit: 9) }
                    + [try reader.waitingLanes(at: moment(45), after: "acme/hello", limit: 1)],
                try [("acme/hello", 1), ("acme/hello", 50), ("tree:7", 1), ("tree:7", 45)].map { lane, time in
                    try reader.waitingDeliveries(inLane: lane, at: moment(time), limit: 2).map(\.id)
                },
                try [1, 40, 50].map { try reader.nextDeliveryTime(after: moment($0)) }
            )
        }
        #expect(
            lanes == [["acme/hello", "acme/other"], ["acme/hello", "acme/other", "tree:7"], ["acme/other"]])
        #expect(ids == [["y"], ["z", "y"], [], ["w", "u"]])
        #expect(try fixture.storage.readNow { try $0.waitingDeliveryCount(inLane: "acme/hello") } == 2)
        #expect(times == [moment(40), moment(50), nil])
        #expect(try fixture.storage.readNow { try $0.waitingDeliveryCount() } == 5)
        let lists = try fixture.storage.readNow { reader in
            [
                try reader.deliveries(status: nil, repository: nil, PageRequest(limit: 2)),
                try reader.deliveries(status: nil, repository: nil, PageRequest(limit: 2, after: "4")),
                try reader.deliveries(status: .accepted, repository: "acme/hello", PageRequest()),
            ].map { $0.items.map(\.id) + [$0.next ?? "end"] }
        }
        #expect(lists == [["t", "u", "6"], ["x", "y", "2"], ["y", "z", "end"]])
    }
}
