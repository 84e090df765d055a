import Core
import Engine
import Model
import Store
import Synchronization
import Testing

struct PortRegistryTests {
    private struct Probe: HostPortProbe {
        let taken: Setting<Set<Int>>
        var outgoing: ClosedRange<Int>?
        func isFree(_ port: Int) -> Bool { !taken.current.contains(port) }
    }

    /// The first hundred of each instance's ports.
    private static func group(_ ports: [String: Int]) -> Set<Int> { Set(ports.values.map { $0 / 100 * 100 }) }

    private static func addInstances(_ count: Int, from first: Int = 0, to durable: Durable) async throws {
        let moment = durable.clock.now()
        try await durable.storage.write { transaction in
            for number in first..<first + count {
                try transaction.insert(
                    Application(
                        name: "s\(number)", settings: .init(environmentSets: [], environments: []), createdAt: moment))
                try transaction.insert(
                    Instance(
                        id: InstanceID(application: "s\(number)", target: "t"), environment: "e", world: "w",
                        since: moment, createdAt: moment))
            }
        }
    }

    @Test func eachNewInstanceGetsTheNextHundred() async throws {
        let durable = try Durable()
        let taken = Setting<Set<Int>>(Set(3200..<3299))
        let registry = PortRegistry(storage: durable.storage, probe: Probe(taken: taken))
        try await PortRegistryTests.addInstances(11, to: durable)
        let id = { (number: Int) in InstanceIdentity(application: "s\(number)", target: "t") }
        var groups: [Set<Int>] = []
        for number in 0..<4 {
            groups.append(PortRegistryTests.group(try await registry.reserve(["a", "b"], for: id(number))))
        }
        // One free port is too few: the third yields to the next.
        #expect(groups == [[3000], [3100], [3300], [3400]])
        // What an instance has stays, listened on or not; more comes from its own group, and moves the cursor of nobody.
        let first = try await registry.reserve(["a", "b"], for: id(0))
        taken.set(Set(first.values).union(3200..<3299))
        let more = try await registry.reserve(["b", "c", "a"], for: id(0))
        #expect(more.filter { $0.key != "c" } == first && PortRegistryTests.group(more) == [3000])
        #expect(PortRegistryTests.group(try await registry.reserve(["a"], for: id(9))) == [3500])
        // After the last hundred the first.
        try await durable.storage.write { try $0.setPortCursor(65400) }
        #expect(PortRegistryTests.group(try await registry.reserve(["a"], for: id(10))) == [3000])
        let reserved = try await durable.storage.read { try $0.reservedPorts() }
        #expect(reserved.count == 11)
    }

    @Test func portsOfOutgoingConnectionsArePassedOver() async throws {
        let durable = try Durable()
        let registry = PortRegistry(
            storage: durable.storage, probe: Probe(taken: Setting([]), outgoing: 3050...65449))
        try await PortRegistryTests.addInstances(1, to: durable)
        try await durable.storage.write { try $0.setPortCursor(3000) }
        let ports = try await registry.reserve(["a"], for: InstanceIdentity(application: "s0", target: "t"))
        // No hundred is free of them, so the next is as good as any.
        #expect(PortRegistryTests.group(ports) == [3100])
        let narrow = PortRegistry(storage: durable.storage, probe: Probe(taken: Setting([]), outgoing: 3200...65399))
        try await durable.storage.write { try $0.setPortCursor(3100) }
        try await PortRegistryTests.addInstances(2, from: 1, to: durable)
        let other = try await narrow.reserve(["a"], for: InstanceIdentity(application: "s1", target: "t"))
        #expect(PortRegistryTests.group(other) == [65400])
    }

    @Test func whenNothingIsFreeItSaysSo() async throws {
        let durable = try Durable()
        let registry = PortRegistry(storage: durable.storage, probe: Probe(taken: Setting(Set(3000...65499))))
        try await PortRegistryTests.addInstances(1, to: durable)
        let error = await #expect(throws: DeploydError.self) {
            try await registry.reserve(["a"], for: InstanceIdentity(application: "s0", target: "t"))
        }
        #expect(error?.code == .exhausted)
        #expect(try await durable.storage.read { try $0.portCursor() } == nil)
    }
}
