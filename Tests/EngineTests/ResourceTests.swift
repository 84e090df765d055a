import Core
import Engine
import Model
import Store
import TestSupport
import Testing

struct ResourceTests {
    private func resource(_ bench: Bench) async throws -> Resource? {
        try await bench.durable.storage.read { try $0.resources(of: Bench.instance) }.first
    }

    @Test func oneThatFailedIsMadeWithTheNextDeployment() async throws {
        let bench = try await Bench(faults: Faults { $0.step == "provision" ? .verdict : nil })
        try await bench.deploy("v1")
        let failed = try #require(try await resource(bench))
        try await bench.restart()
        try await bench.set("v1")
        try await bench.settle()
        let ready = try #require(try await resource(bench))
        #expect([failed.status, ready.status] == [.failed, .ready] && failed.id == ready.id)
        #expect(failed.reason == "provision of value says no" && ready.reason == nil)
        #expect(
            try await bench.history(.resourceFailed, .resourceProvisioned, .resourceUpdated) == [
                "resource.failed >users (value) ada", "resource.provisioned >users (value) bob",
            ])
        await bench.stop()
    }

    /// One that cannot be reached does not stay in the making when its deployment is given up.
    @Test func oneThatWasBeingMadeIsFailed() async throws {
        let bench = try await Bench(faults: Faults { $0.step == "provision" ? .transient(afterEffect: true) : nil })
        try await bench.deploy("v1")
        let failed = try #require(try await resource(bench))
        #expect(failed.status == .failed && failed.reason?.contains("(tried 16 times)") == true)
        #expect(try await bench.history(.resourceFailed) == ["resource.failed >users (value) ada"])
        await bench.stop()
    }

    /// Its value is made once, whatever happens on the way; an update that was cut short is one.
    @Test func itIsTheSameAfterACrash() async throws {
        let faults = Faults { $0.step == "provision" && $0.count == 1 ? .crash(afterEffect: true) : nil }
        let bench = try await Bench(faults: faults)
        try await bench.deploy("v1")
        let before = try #require(try await resource(bench))
        try await bench.push("v2", over: "v1")
        #expect(await eventually { faults.hanging == 1 })
        #expect(try await resource(bench)?.status == .updating)
        try await bench.restart()
        try await bench.settle()
        let after = try #require(try await resource(bench))
        #expect(after.status == .ready && after.id == before.id && after.outputs == before.outputs)
        #expect(
            try await bench.history(.resourceProvisioned, .resourceUpdated) == [
                "resource.provisioned >users (value) ada"
            ])
        await bench.stop()
    }

    /// Refused by the plan, before the driver is asked for anything.
    @Test func anotherSlugUnderTheSameNameIsRefused() async throws {
        let bench = try await Bench()
        try await bench.deploy("v1")
        try await bench.deploy(
            "v2", over: "v1", file: "service: hello\nport: 1\ncommand: [./run]\nrequires: { users: other }")
        let last = try #require(try await bench.all().last)
        #expect(
            last.reason
                == "'users' is a value and cannot become a other: its data would be lost; require it under another name"
        )
        #expect(last.status == .failed && last.steps == [] && bench.calls("provision", "other") == 0)
        #expect(try await resource(bench)?.status == .ready && bench.serving == "v1")
        await bench.stop()
    }
}
