import Glibc
import TestSupport
import Testing

@testable import System

@Suite(.serialized) struct UnwellServerTests {
    /// Whoever answers in a dozen requests, each on a connection of its own; nil stands for one that failed.
    private func answers(_ fixture: ProxyFixture, _ listen: ProxyAddress) async throws -> Set<String?> {
        var found: Set<String?> = []
        for _ in 0..<12 { found.insert(try await fixture.get(listen)) }
        return found
    }

    @Test func whatDoesNotAnswerGetsNoNewRequestsAsLongAsAnotherDoes() async throws {
        let fixture = try ProxyFixture()
        let (one, two) = try await (Backend("one", fixture.runner), Backend("two", fixture.runner))
        let listen = try ProxyFixture.freeAddress()
        try await fixture.running { proxy in
            try await proxy.set([
                ProxyEntrypoint(
                    name: "web", listen: listen, servers: [.a: .active([one.address, two.address])], replicas: 2)
            ])
            #expect(try await answers(fixture, listen) == ["one", "two"])
            one.signal(SIGSTOP)
            try await proxy.setUnwell(["web": [one.address]])
            #expect(try await answers(fixture, listen) == ["two"])
            // A change of something else, a look at it and a new HAProxy leave it so.
            let other = ProxyEntrypoint(name: "other", listen: try ProxyFixture.freeAddress())
            try await proxy.set([other])
            try await proxy.ensureRunning()
            #expect(try await answers(fixture, listen) == ["two"])
            kill(try #require(try await proxy.processID()), SIGKILL)
            #expect(try await eventually { try await !proxy.isRunning() })
            #expect(try await fixture.proxy().ensureRunning())
            #expect(try await answers(fixture, listen) == ["two"])

            one.signal(SIGCONT)
            // The other way round, without a moment in which neither serves; and of none that is well all are left.
            for (unwell, expected) in [
                ([two.address], ["one"]), ([one.address, two.address], ["one", "two"]), ([one.address], ["two"]),
                ([], ["one", "two"]),
            ] as [([ProxyAddress], Set<String?>)] {
                try await proxy.setUnwell(["web": Set(unwell)])
                #expect(try await answers(fixture, listen) == expected)
            }
            // What is not there is nobody's.
            try await proxy.setUnwell(["web": [listen], "nothing": [listen]])
            #expect(try await fixture.proxy().entrypoints().allSatisfy { $0.unwell.isEmpty })
        }
    }
}
