import Client
import Core
import Drivers
import Model
import Store
import Synchronization
import TestSupport
import Testing

@testable import API

struct StreamTests {
    @Test("A stream that is resumed while events are written loses none and repeats none")
    func resume() async throws {
        let harness = try await Harness()
        try await harness.addEvents(10)
        let client = try harness.client()
        let writer = Task {
            for batch in 0..<100 { try await harness.addEvents(10, from: 11 + batch * 10) }
        }
        var numbers: [Int64] = []
        // Each round leaves after 100 events, as a client whose connection breaks, and comes back with the last number.
        while numbers.count < 1010 {
            let target = min(numbers.count + 100, 1010)
            var received: [Int64] = []
            let wanted = target - numbers.count
            try await client.followEvents(after: numbers.last ?? 0) { event in
                received.append(event.id)
                return received.count < wanted
            }
            numbers += received
        }
        try await writer.value
        #expect(numbers == Array(1...1010))
        await harness.stop()
    }

    @Test("Without a number a stream begins now; a filter leaves out the rest")
    func filtered() async throws {
        let harness = try await Harness()
        try await harness.addEvents(4)
        let client = try harness.client()
        let received = Mutex<[String]>([])
        let reader = Task {
            try await client.followEvents(EventQuery(application: "even")) { event in
                received.withLock { $0.append(event.after ?? "") }
                return event.after != "done"
            }
        }
        // Written until the reader has subscribed, which nothing tells.
        var number = 5
        let isSeen = try await eventually {
            try await harness.addEvents(2, from: number)
            number += 2
            return !received.withLock(\.isEmpty)
        }
        try await harness.storage.write { transaction in
            _ = try transaction.append(
                EventDraft(.versionDesired, actor: "tester", application: "even", after: "done"), at: Harness.start)
        }
        try await reader.value
        let odd = received.withLock { $0.filter { Int($0.dropFirst())?.isMultiple(of: 2) == false } }
        #expect(isSeen && odd == [] && received.withLock { !$0.contains("v2") && !$0.contains("v4") })
        await harness.stop()
    }

    @Test("A deployment's log is followed to its end")
    func log() async throws {
        let harness = try await Harness()
        try await harness.addApplication()
        let id = "d1"
        var deployment = Deployment(
            id: id, instance: InstanceID(application: "hello", target: "develop-a"), environment: "development",
            world: "develop", version: "v1", status: .running, actor: "tester", cause: nil, createdAt: Harness.start)
        let first = deployment
        try await harness.storage.write { try $0.insert(first) }
        harness.logs.append(["one"], to: id)
        let client = try harness.client()
        let text = Mutex("")
        let follower = Task {
            try await client.followDeploymentLog(id) { bytes in
                text.withLock { $0 += String(decoding: bytes, as: UTF8.self) }
            }
        }
        let sawOne = await eventually { text.withLock { $0.contains("one\n") } }
        harness.logs.append(["two"], to: id)
        deployment.status = .succeeded
        let last = deployment
        try await harness.storage.write { try $0.update(last) }
        try await follower.value
        let whole = String(decoding: try await client.deploymentLog(id), as: UTF8.self)
        #expect(sawOne && text.withLock { $0 == whole } && whole.hasSuffix("two\n"))
        await harness.stop()
    }

    @Test("A number that is none is refused")
    func wrongNumber() async throws {
        let harness = try await Harness()
        let statuses = [
            try await harness.send("GET", "/api/v1/events/stream", headers: [("Last-Event-ID", "x")]).status,
            try await harness.send("GET", "/api/v1/events/stream?after=-1").status,
            try await harness.send("GET", "/api/v1/deployments/none/log").status,
        ]
        #expect(statuses == [400, 400, 404])
        await harness.stop()
    }
}
