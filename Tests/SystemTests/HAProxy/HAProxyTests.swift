import Core
import Glibc
import TestSupport
import Testing

@testable import System

@Suite(.serialized) struct HAProxyTests {
    /// As a deployment does it: start the new, switch, drain, release, stop the old.
    @Test func switchesUnderLoadWithoutAFailedRequest() async throws {
        let fixture = try ProxyFixture()
        let listen = try ProxyFixture.freeAddress()
        try await fixture.running { proxy in
            try await proxy.set([ProxyEntrypoint(name: "web", listen: listen)])
            #expect(try await fixture.get(listen) == "no healthy version\n")
            var serving = try await Backend("v0", fixture.runner)
            try await proxy.switchTraffic(of: "web", to: .a, at: [serving.address])
            #expect(try await fixture.get(listen, "/from") == "127.0.0.1")

            let end = TemporaryDirectory()
            async let load = fixture.load(listen, until: end.appending("end"))
            for round in 1...6 {
                let next = try await Backend("v\(round)", fixture.runner)
                let slot: ProxyEntrypoint.Slot = round % 2 == 0 ? .a : .b
                try await proxy.switchTraffic(of: "web", to: slot, at: [next.address])
                #expect(try await proxy.drain(slot.other, of: ["web"], within: .seconds(30)) == 0)
                try await proxy.release(slot.other, of: "web")
                serving.stop()
                serving = next
                // Every second time with a reload besides, for another entrypoint.
                guard round % 2 == 1 else { continue }
                try await proxy.set([ProxyEntrypoint(name: "other\(round)", listen: try ProxyFixture.freeAddress())])
            }
            #expect(try await eventually { try await fixture.get(listen) == "v6" })
            try Files.write([], to: end.appending("end"))
            let (done, failures, bodies) = try await load
            #expect(failures.isEmpty && done >= 2000, "\(done) requests, failures: \(failures)")
            #expect(bodies.isSuperset(of: (1...5).map { "v\($0)" }))
            // Repeating it changes nothing.
            try await proxy.switchTraffic(of: "web", to: .a, at: [serving.address])
            #expect(try await fixture.get(listen) == "v6")
        }
    }

    @Test func reloadsAroundARequestInFlight() async throws {
        let fixture = try ProxyFixture()
        let (one, two) = try await (Backend("one", fixture.runner), Backend("two", fixture.runner))
        let (listen, other) = (try ProxyFixture.freeAddress(), try ProxyFixture.freeAddress())
        try await fixture.running { proxy in
            try await proxy.set([
                ProxyEntrypoint(name: "web", listen: listen, servers: [.a: .active([one.address])])
            ])
            async let slow = fixture.get(listen, "/slow")
            #expect(try await eventually { try await proxy.sessions(of: "web", in: .a) == 1 })
            try await proxy.set([
                ProxyEntrypoint(name: "other", listen: other, servers: [.b: .active([two.address])])
            ])
            try await proxy.switchTraffic(of: "web", to: .b, at: [two.address])
            // The old worker still has it, and new requests go to the new server.
            #expect(try await proxy.sessions(of: "web", in: .a) == 1)
            #expect(try await [fixture.get(listen), fixture.get(other)] == ["two", "two"])
            #expect(try await fixture.get(one.address, "/release") == "one")
            #expect(try await proxy.drain(.a, of: ["web"], within: .seconds(30)) == 0)
            #expect(try await slow == "one")
            try await proxy.remove("other")
            #expect(try await [fixture.get(listen), fixture.get(other)] == ["two", nil])
        }
    }

    @Test func comesBackAsItWas() async throws {
        let fixture = try ProxyFixture()
        let (one, two) = try await (Backend("one", fixture.runner), Backend("two", fixture.runner))
        let listen = try ProxyFixture.freeAddress()
        try await fixture.running { proxy in
            try await proxy.set([
                ProxyEntrypoint(name: "web", listen: listen, servers: [.a: .active([one.address])])
            ])
            try await proxy.switchTraffic(of: "web", to: .b, at: [two.address])
            let pid = try #require(try await proxy.processID())

            // Another deployd finds the same one, and clears away what the one before it died over.
            let unfinished = "\(fixture.directory)/haproxy.cfg.x.tmp"
            try Files.write([], to: unfinished)
            let later = fixture.proxy()
            _ = try await later.entrypoints()
            #expect(access(unfinished, F_OK) != 0)
            try await later.ensureRunning()
            #expect(try await later.processID() == pid)
            kill(pid, SIGKILL)
            #expect(try await eventually { try await !later.isRunning() })
            try await later.ensureRunning()
            #expect(try await later.processID() != pid)
            #expect(try await fixture.get(listen) == "two")
            let found = try await fixture.proxy().entrypoints()
            #expect(
                found == [
                    ProxyEntrypoint(
                        name: "web", listen: listen,
                        servers: [.a: .draining([one.address]), .b: .active([two.address])])
                ])
            // Its servers are brought to what the file says, whoever changed them.
            _ = try await later.master.ask("@1 set server web/b state maint")
            #expect(try await fixture.get(listen) == "no healthy version\n")
            try await later.ensureRunning()
            #expect(try await fixture.get(listen) == "two")
            // A draining server can serve again.
            try await later.switchTraffic(of: "web", to: .a, at: [one.address])
            #expect(try await fixture.get(listen) == "one")
        }
    }

    @Test func leavesEverythingAsItWasWhenAChangeFails() async throws {
        let fixture = try ProxyFixture()
        let one = try await Backend("one", fixture.runner)
        let (listen, taken) = (try ProxyFixture.freeAddress(), one.address)
        try await fixture.running { proxy in
            let good = ProxyEntrypoint(name: "web", listen: listen, servers: [.a: .active([one.address])])
            try await proxy.set([good])
            let pid = try await proxy.processID()
            let errors = [
                await failure { try await proxy.set([ProxyEntrypoint(name: "other", listen: taken)]) },
                await failure { try await proxy.set([ProxyEntrypoint(name: "o\nther", listen: taken)]) },
                await failure { try await proxy.switchTraffic(of: "nothing", to: .a, at: [taken]) },
            ]
            #expect(errors.map { $0?.code } == [.conflict, .invalid, .notFound])
            #expect(try await proxy.entrypoints() == [good])
            #expect(try await fixture.proxy().entrypoints() == [good])
            #expect(try await proxy.processID() == pid)
            #expect(try await fixture.get(listen) == "one")
        }
    }

    @Test func saysWhatToInstall() async throws {
        let fixture = try ProxyFixture()
        let proxy = HAProxy(
            directory: fixture.directory, executable: "/nowhere/haproxy", runner: fixture.runner,
            threads: fixture.threads)
        let error = await failure {
            try await proxy.set([ProxyEntrypoint(name: "web", listen: try ProxyFixture.freeAddress())])
        }
        #expect(error?.code == .notFound && error?.message.contains("apt-get install haproxy") == true)
    }

    @Test func repeatsHAProxysOwnWords() async throws {
        let fixture = try ProxyFixture()
        try Files.makeDirectory(fixture.directory)
        let program = ProxyProgram(
            directory: fixture.directory, executable: nil, runner: fixture.runner, threads: fixture.threads)
        let error = await failure { try await program.validate("global\n    nonsense\n") }
        #expect(error?.code == .invalid && error?.message.contains("unknown keyword 'nonsense'") == true)
    }
}
