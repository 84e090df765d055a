import Core
import Model
import TestSupport
import Testing

@testable import Store

/// Which instances are read, of the thousands that there may be.
struct InstanceListTests {
    private static func instance(_ target: String, _ change: (inout Instance) -> Void = { _ in }) -> Instance {
        var instance = Instance(
            id: InstanceID(application: "hello", target: target), environment: "development", world: "develop",
            since: moment(1), createdAt: moment(1))
        change(&instance)
        return instance
    }

    /// Which of them something runs for, or may have to be done for.
    @Test func thoseToLookAfter() async throws {
        let fixture = try Fixture()
        let instances = [
            Self.instance("deployed") { ($0.desired, $0.deployed, $0.workload) = ("v1", "v1", Secret("state")) },
            Self.instance("detached") { ($0.detachment, $0.workload) = ("gone", Secret("state")) },
            Self.instance("failed") { $0.desired = "v1" },
            Self.instance("going") { ($0.world, $0.lifecycle) = (nil, Lifecycle(.destroying)) },
            Self.instance("gone") { ($0.desired, $0.lifecycle) = ("v1", Lifecycle(.destroyed)) },
            Self.instance("new"),
            Self.instance("quiet") { ($0.desired, $0.lifecycle) = ("v1", Lifecycle(.stopped)) },
            Self.instance("stopped") { ($0.lifecycle, $0.workload) = (Lifecycle(.stopped), Secret("state")) },
            Self.instance("stopping") { $0.lifecycle = Lifecycle(.stopping) },
            Self.instance("tracked") { ($0.world, $0.desired) = (nil, "v1") },
            Self.instance("waits") { $0.lifecycle = Lifecycle(.stopped) },
        ]
        try await fixture.insert(Sample.application("hello"))
        try await fixture.storage.write { transaction in
            for instance in instances { try transaction.insert(instance) }
            try transaction.insert(Sample.deployment("x1", target: "waits"))
            try transaction.insert(Sample.deployment("x2", target: "new", status: .failed))
        }
        let found = try fixture.storage.readNow { try $0.instancesToLookAfter(withoutTold: []) }
        #expect(
            found.map(\.target) == ["deployed", "detached", "failed", "going", "stopped", "stopping", "waits"])
        // Of a world that is told of only what has something to do now.
        let due = try fixture.storage.readNow { try $0.instancesToLookAfter(withoutTold: ["develop"]) }
        #expect(due.map(\.target) == ["failed", "going", "stopping", "waits"])
    }

    @Test func pages() async throws {
        let fixture = try Fixture()
        try await fixture.insert(Sample.application("hello"), Sample.application("other"))
        try await fixture.storage.write { transaction in
            for target in ["c", "a", "d", "b"] {
                try transaction.insert(Self.instance(target))
                var other = Sample.instance("other", target)
                other.lifecycle = Lifecycle()
                try transaction.insert(other)
            }
        }
        var filter = InstanceFilter(application: "hello", environment: "development")
        filter.limit = 2
        let pages = try ["", "b", "d"].map { after in
            filter.after = after
            return try fixture.storage.readNow { try $0.instances(filter) }.map(\.id.target)
        }
        #expect(pages == [["a", "b"], ["c", "d"], []])
        var all: [String] = []
        var cursor: String?
        repeat {
            let page = try fixture.storage.readNow { reader in
                try reader.instances(
                    InstanceFilter(), matching: LabelSelector(),
                    in: Topology(worlds: [], environments: [], environmentSets: []),
                    PageRequest(limit: 3, after: cursor))
            }
            all += page.items.map(\.instance.id.description)
            cursor = page.next
        } while cursor != nil
        #expect(all == ["hello", "other"].flatMap { name in ["a", "b", "c", "d"].map { "\(name)@\($0)" } })
    }
}
