import Core
import Engine
import Model
import Store
import TestSupport
import Testing

/// Deliveries as a queue: none blocks another, and each acts once.
struct DeliveryTests {
    /// A defect is met again and again: the delivery is set aside, others go on, and it is tried anew when somebody says.
    @Test func aPoisonDeliveryIsSetAside() async throws {
        let faults = Faults { $0.subject == "acme/poison" && $0.count < 5 ? .defect : nil }
        let bench = try await Bench(faults: faults)
        let poison = try await DeliveryTests.poison(bench)
        try await bench.push("v1")
        try await bench.settle()
        let aside = try await bench.delivery(poison.id)
        #expect([aside.attempts, aside.breakdowns, bench.calls("fetch", "head")] == [5, 5, 6])
        #expect(
            aside.reason == "set aside after 5 tries: fetch of head met a defect; once that is mended, "
                + "`deployd redeliver \(poison.id)`")
        #expect(aside.status == .failed && bench.serving == "v1")
        _ = try await bench.engine.deliveries.redeliver(poison.id)
        try await bench.settle()
        let anew = try await bench.delivery(poison.id)
        #expect(anew.status == .processed && [anew.attempts, anew.breakdowns] == [1, 0])
        await bench.stop()
    }

    /// It ends the server each time; what else waits has its turn in between, and no sweep brings it back.
    @Test func aDeliveryThatTheServerDiesOfIsSetAside() async throws {
        let faults = Faults { $0.subject == "acme/poison" ? .hang : nil }
        let bench = try await Bench(faults: faults)
        let poison = try await DeliveryTests.poison(bench)
        for life in 1...5 {
            try await bench.push("v\(life)", over: life > 1 ? "v\(life - 1)" : nil)
            #expect(await eventually { bench.serving == "v\(life)" })
            #expect(await eventually { faults.hanging == 1 })
            await bench.stop()
            // A server that is stopped leaves it as it was; one that is killed cannot.
            var killed = try await bench.delivery(poison.id)
            #expect(killed.status == .accepted && [killed.attempts, killed.breakdowns] == [life - 1, life - 1])
            killed.status = .processing
            killed.attempts += 1
            let record = killed
            try await bench.durable.storage.write { try $0.update(record) }
            try await bench.restart(faults: faults)
        }
        try await bench.settle()
        let aside = try await bench.delivery(poison.id)
        let seen = try await bench.durable.storage.read { reader in
            try reader.repository(named: "acme/poison").flatMap {
                try reader.seenReference("refs/heads/main", ofRepository: $0.id)
            }
        }
        #expect(aside.status == .failed && aside.attempts == 5 && seen?.commit == "p1")
        #expect(aside.reason?.hasPrefix("set aside after 5 tries: the server died while it processed this") == true)
        await bench.stop()
    }

    private static func poison(_ bench: Bench) async throws -> Delivery {
        try await bench.durable.addRepository("acme/poison")
        bench.durable.source.commit("p1", of: "acme/poison", file: Durable.file("poison"))
        let poison = bench.durable.push("p1", to: "acme/poison")
        _ = try await bench.engine.deliveries.accept(poison)
        return poison
    }

    /// Each is recorded and released, the last is set and deployed, and a fetch shows the head to a whole turn.
    @Test func ofAHundredPushesOfABranchTheLastDeploys() async throws {
        let bench = try await Bench()
        await bench.stop()
        var deliveries: [Delivery] = []
        for number in 1...100 {
            deliveries.append(try await bench.push("v\(number)", over: number > 1 ? "v\(number - 1)" : nil))
        }
        let faults = Faults()
        try await bench.restart(faults: faults)
        try await bench.settle()
        #expect(try await bench.deployments() == ["v100 succeeded"])
        #expect(try await bench.history(.versionDesired).count == 1)
        let released = try await bench.history(.releaseCreated).map { $0.split(separator: " ")[1] }
        #expect(Set(released) == Set((1...100).map { ">v\($0)" }) && released.count == 100)
        #expect(faults.calls.count { $0.step == "fetch" && $0.version == "head" } == 2)
        var statuses: Set<Delivery.Status> = []
        for delivery in deliveries { statuses.insert(try await bench.delivery(delivery.id).status) }
        #expect(statuses == [.processed])
        await bench.stop()
    }

    /// Six repositories with many deliveries each, and one with one, which came last.
    @Test func nobodyWaitsForMoreThanATurnOfEachOther() async throws {
        let bench = try await Bench()
        await bench.stop()
        for name in ["a", "b", "c", "d", "e", "f"] {
            try await bench.durable.addRepository("acme/\(name)")
            bench.durable.source.commit("head", of: "acme/\(name)", file: "nobody: knows this")
            for number in 1...120 {
                let delivery = bench.durable.push("\(name)\(number)", over: "other", to: "acme/\(name)")
                _ = try await bench.engine.deliveries.accept(delivery)
            }
        }
        try await bench.push("v1")
        let faults = Faults()
        try await bench.restart(faults: faults)
        try await bench.settle()
        // One fetch of its head in each turn. Those that are under way together may fetch in any order.
        let turns = faults.calls.filter { $0.step == "fetch" && $0.version == "head" }.map(\.subject)
        #expect(turns.count == 6 * 3 + 1 && turns.prefix(6 + IntakeLoop.parallel).contains("acme/hello"), "\(turns)")
        #expect(bench.serving == "v1")
        await bench.stop()
    }

    /// No repository takes all the room, and what is full says so.
    @Test func whatWaitsIsBounded() async throws {
        let bench = try await Bench()
        await bench.stop()
        let deliveries = DeliveryService(
            context: bench.engine.context, wakeIntake: bench.engine.wake,
            limits: DeliveryLimits(total: 3, perRepository: 2))
        var answers: [String] = []
        for (number, repository) in ["hello", "hello", "hello", "other", "third"].enumerated() {
            do {
                _ = try await deliveries.accept(bench.durable.push("v\(number)", to: "acme/\(repository)"))
                answers.append("stored")
            } catch let error as DeploydError { answers.append("\(error.code): \(error.message)") }
        }
        #expect(
            answers == [
                "stored", "stored",
                "exhausted: 2 deliveries of acme/hello wait to be processed; send it again later", "stored",
                "exhausted: 3 deliveries wait to be processed; send it again later",
            ])
    }
}
