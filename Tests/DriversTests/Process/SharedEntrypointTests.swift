import Core
import HTTPClient
import Model
import System
import TestSupport
import Testing

@testable import Drivers

/// Entrypoints with host names, whose address instances share.
@Suite(.serialized) struct SharedEntrypointTests {
    private struct Shared {
        let world: ProcessWorld
        let port: Int

        func entrypoint(_ host: String, _ path: String = "/") -> WorkloadEntrypoint {
            WorkloadEntrypoint(
                port: "http", path: path,
                route: .init(
                    host: host, listen: "127.0.0.1", httpPort: port, httpsPort: port + 1, certificate: nil))
        }

        /// Status and body.
        func get(_ host: String, _ path: String = "/") async throws -> String {
            let answer = try await world.client.send(
                .init("GET", "http://127.0.0.1:\(port)\(path)", headers: [("Host", host)], timeout: .seconds(10)))
            return "\(answer.status) \(answer.text)"
        }
    }

    private func shared(_ world: ProcessWorld) throws -> Shared {
        let listener = try Listener()
        defer { listener.stop() }
        return Shared(world: world, port: listener.port)
    }

    private func attempt(
        _ world: ProcessWorld, _ deployment: String, _ version: String, _ entrypoints: [String: WorkloadEntrypoint],
        previous: Secret? = nil
    ) async throws -> Attempt {
        var attempt = try await Attempt(
            world, deployment, commit: try await world.repository.commit(Service.files(version)), previous: previous)
        attempt.entrypoints = entrypoints
        return attempt
    }

    private func refusals(_ attempt: Attempt, of target: String) async -> [String] {
        await attempt.world.driver().refusals(
            for: InstanceIdentity(application: "hello", target: target),
            WorkloadWish(
                ports: attempt.ports, entrypoints: attempt.entrypoints, replicas: 1, limits: WorkloadLimits(),
                hasCommand: true))
    }

    @Test func twoInstancesCannotHaveOneHostAndPath() async throws {
        try await withProcessWorld { world in
            let shared = try shared(world)
            let first = try await attempt(world, "01a", "v1", ["web": shared.entrypoint("a.example.com")])
            #expect(await refusals(first, of: "local") == [])
            let recorded = try await first.run()
            #expect(try await first.request().addresses.entrypoints == ["web": "http://a.example.com:\(shared.port)"])
            #expect(try await shared.get("a.example.com") == "200 v1")
            #expect(await refusals(first, of: "local") == [])
            let clash = await refusals(first, of: "other")
            #expect(
                clash == [
                    "a.example.com/ cannot be 'web' of hello@other, since it is 'web' of hello@local already: give one "
                        + "of them another 'host' or 'path' (overrides.ENVIRONMENT.entrypoints), or destroy the other"
                ])
            // By the names that they have now.
            var parts = world.parts
            parts.name = { InstanceID(application: $0.target == "local" ? "greeter" : "hello", target: $0.target) }
            let named = await ProcessDriver(parts).refusals(
                for: InstanceIdentity(application: "hello", target: "other"),
                WorkloadWish(
                    ports: first.ports, entrypoints: first.entrypoints, replicas: 1, limits: WorkloadLimits(),
                    hasCommand: true))
            #expect(named.first?.contains("'web' of hello@other, since it is 'web' of greeter@local already") == true)
            // One that was planned at the same time finds out when it would be switched to, and is undone.
            var second = try await attempt(world, "01b", "v2", first.entrypoints)
            second.instance = InstanceIdentity(application: "hello", target: "other")
            let verdict = try await second.verdict()
            #expect(verdict?.code == .conflict)
            #expect(
                verdict?.message
                    == "the entrypoints hello.local.web and hello.other.web would both answer a.example.com/")
            try await second.abandon()
            #expect(try await shared.get("a.example.com") == "200 v1")
            // A stopped one keeps its place, a destroyed one gives it up.
            try await world.driver().suspend(recorded, of: first.instance)
            #expect(try await shared.get("a.example.com").hasPrefix("503 "))
            #expect(await refusals(first, of: "other") == clash)
            try await world.driver().destroy(first.instance, workload: recorded)
            #expect(await refusals(first, of: "other") == [])
        }
    }

    /// A host goes from one entrypoint's name to another's, and from an address of its own and back.
    @Test func aHostMovesWithoutAFailedRequest() async throws {
        try await withProcessWorld { world in
            let shared = try shared(world)
            let host = "a.example.com"
            let own = ["web": WorkloadEntrypoint(port: "http", path: "/x")]
            let (web, www) = (["web": shared.entrypoint(host)], ["www": shared.entrypoint(host)])

            let first = try await attempt(world, "01a", "v1", own)
            let one = try await first.run()
            let address = try await first.request().addresses.entrypoints["web"] ?? ""
            #expect(address.hasSuffix("/x"))
            #expect(try await world.client.send(.init("GET", address, timeout: .seconds(10))).status == 404)
            let second = try await attempt(world, "01b", "v2", web, previous: one)
            let two = try await second.run()
            #expect(try await shared.get(host) == "200 v2")
            // A connection that was kept may be used once more.
            #expect(
                await eventually { (try? await world.client.send(.init("GET", address, timeout: .seconds(10)))) == nil }
            )

            let load = Load()
            load.start("http://127.0.0.1:\(shared.port)/", host: host, rate: 150, client: world.client)
            _ = await eventually { load.answered > 100 }
            // One that was not recorded is undone.
            let lost = try await attempt(world, "01c", "lost", www, previous: two)
            for step in lost.steps.prefix(4) { _ = try await lost.perform(step) }
            #expect(try await shared.get(host) == "200 lost")
            try await lost.abandon()
            #expect(try await shared.get(host) == "200 v2")
            #expect(try await world.haproxy.entrypoints().map(\.name) == ["hello.local.web"])
            let third = try await attempt(world, "01d", "v3", www, previous: two)
            let three = try await third.run()
            let before = load.answered
            _ = await eventually { load.answered > before + 100 }
            let outcome = await load.stop()
            #expect(outcome.failures == [])
            #expect(Set(outcome.answers.keys) == ["v2", "lost", "v3"])
            #expect(try await world.haproxy.entrypoints().map(\.name) == ["hello.local.www"])

            let fourth = try await attempt(world, "01e", "v4", own, previous: three)
            let four = try await fourth.run()
            #expect(try await fourth.request().addresses.entrypoints["web"] == address)
            #expect(try ProcessState(four).entrypoints["web"]?.listen != nil)
            #expect(await eventually { (try? await shared.get(host)) == nil })
        }
    }
}
