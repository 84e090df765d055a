import Core
import Model
import TestSupport
import Testing

@testable import Store

struct DeliveryQueueTests {
    @Test func whatWaitsIsGivenOldestFirstWhenItsTimeHasCome() async throws {
        let fixture = try Fixture()
        try await fixture.storage.write { writer in
            try writer.insert(Sample.delivery("z", notBefore: moment(50)))
            try writer.insert(Sample.delivery("y"))
            try writer.insert(Sample.delivery("x", status: .processed))
            try writer.insert(Sample.delivery("w", status: .processing, notBefore: moment(40), repository: nil))
            try writer.insert(Sample.delivery("v", status: .failed))
        }
        let ids = try fixture.storage.readNow { reader in
            try [1, 45, 50].map { try reader.waitingDeliveries(at: moment($0), limit: 2).map(\.id) }
        }
        #expect(ids == [["y"], ["y", "w"], ["z", "y"]])
        let (count, next) = try fixture.storage.readNow { (try $0.waitingDeliveryCount(), try $0.nextDeliveryTime()) }
        #expect(count == 3 && next == moment(40))
        let lists = try fixture.storage.readNow { reader in
            [
                try reader.deliveries(status: nil, repository: nil, PageRequest(limit: 2)),
                try reader.deliveries(status: nil, repository: nil, PageRequest(limit: 2, after: "4")),
                try reader.deliveries(status: .accepted, repository: "acme/hello", PageRequest()),
            ].map { $0.items.map(\.id) + [$0.next ?? "end"] }
        }
        #expect(lists == [["v", "w", "4"], ["x", "y", "2"], ["y", "z", "end"]])
    }
}
