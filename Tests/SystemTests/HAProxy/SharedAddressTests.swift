import Core
import Glibc
import TestSupport
import Testing

@testable import System

/// Host names, certificates and gates with the real HAProxy.
@Suite(.serialized) struct SharedAddressTests {
    /// What one host's entrypoint leads to.
    private struct Place {
        let fixture: ProxyFixture
        let http: ProxyAddress
        let https: ProxyAddress

        init(_ fixture: ProxyFixture) throws {
            self.fixture = fixture
            http = try ProxyFixture.freeAddress()
            https = try ProxyFixture.freeAddress()
        }

        func entrypoint(
            _ name: String, _ host: String, _ path: String = "/", certificate: String? = nil,
            allowed: [String]? = nil,
            to backend: Backend
        ) -> ProxyEntrypoint {
            ProxyEntrypoint(
                name: name,
                route: ProxyRoute(
                    host: host, http: http,
                    https: certificate.map { ProxyRoute.Encryption(address: https, certificate: $0) }),
                path: path, allowed: allowed, servers: [.a: .active([backend.address])])
        }

        /// `STATUS BODY`, one line; `000` when there was no answer.
        func curl(_ url: String, host: String? = nil, _ more: String...) async throws -> String {
            let named = host.map { ["-H", "Host: \($0)"] } ?? []
            let command = Command(
                "curl", ["-s", "-m", "30", "-w", "\n%{http_code}", "-o", "-"] + named + more + [url],
                environment: ["PATH": "/usr/bin:/bin"])
            let result = try await fixture.runner.run(command, deadline: .seconds(60), outputLimit: 1 << 20)
            let lines = result.text.split(separator: "\n", omittingEmptySubsequences: false)
            return "\(lines.last ?? "") \(lines.dropLast().joined(separator: " "))"
        }

        func get(_ host: String, _ path: String = "/") async throws -> String {
            try await curl("http://\(http)\(path)", host: host)
        }

        /// With the server's name as a client says it, and its certificate checked.
        func secure(_ host: String, _ path: String = "/", authority: String) async throws -> String {
            try await curl(
                "https://\(host):\(https.port)\(path)", "--resolve", "\(host):\(https.port):127.0.0.1", "--cacert",
                authority)
        }
    }

    /// A self-signed certificate that `openssl` made, and the file of its chain.
    private func certificate(_ name: String, for host: String, _ fixture: ProxyFixture) async throws -> (
        ProxyCertificate, file: String
    ) {
        let (chain, key) = (fixture.temporary.appending("\(name).crt"), fixture.temporary.appending("\(name).key"))
        let arguments = [
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30",
            "-subj", "/CN=\(host)", "-addext", "subjectAltName=DNS:\(host)", "-keyout", key, "-out", chain,
        ]
        let result = try await fixture.runner.run(
            Command("openssl", arguments, environment: ["PATH": "/usr/bin:/bin"]), deadline: .seconds(60),
            outputLimit: 1 << 20)
        try #require(result.succeeded, "\(result.errorText)")
        let pem = try [chain, key].map { String(decoding: try Files.read($0, limit: 1 << 20), as: UTF8.self) }
        return (ProxyCertificate(name: name, pem: Secret(pem.joined())), chain)
    }

    @Test func hostsAndPathsLeadToTheirServices() async throws {
        let fixture = try ProxyFixture()
        let (one, two, three) = try await (
            Backend("one", fixture.runner), Backend("two", fixture.runner), Backend("three", fixture.runner)
        )
        let place = try Place(fixture)
        try await fixture.running { proxy in
            try await proxy.set([
                place.entrypoint("a.t.web", "one.example.com", to: one),
                place.entrypoint("a.t.api", "one.example.com", "/api", to: two),
                place.entrypoint("a.t.deep", "one.example.com", "/api/deep", to: three),
                place.entrypoint("b.t.web", "two.example.com", "/only", to: two),
            ])
            let nothing = "404 nothing answers this host and path "
            let cases = [
                ("one.example.com", "/", "200 one"), ("ONE.Example.com:8080", "/x?y=/api", "200 one"),
                ("one.example.com", "/api", "200 two"), ("one.example.com", "/api/x", "200 two"),
                ("one.example.com", "/api?x", "200 two"), ("one.example.com", "/apis", "200 one"),
                ("one.example.com", "/api/deep", "200 three"), ("one.example.com", "/api/deeper", "200 two"),
                ("two.example.com", "/only/x", "200 two"), ("two.example.com", "/", nothing),
                ("three.example.com", "/", nothing), ("x.one.example.com", "/", nothing), ("127.0.0.1", "/", nothing),
            ]
            var found: [String] = []
            for (host, path, _) in cases { found.append(try await place.get(host, path)) }
            #expect(found == cases.map(\.2))
            // Whoever is taken out is not found; the others are.
            try await proxy.remove("a.t.web")
            #expect(
                try await [place.get("one.example.com"), place.get("two.example.com", "/only")] == [nothing, "200 two"])
        }
    }

    @Test func certificatesBelongToTheirHosts() async throws {
        let fixture = try ProxyFixture()
        let one = try await Backend("one", fixture.runner)
        let place = try Place(fixture)
        let (first, firstFile) = try await certificate("2026-a", for: "a.example.com", fixture)
        let (second, secondFile) = try await certificate("2026-b", for: "b.example.com", fixture)
        let (renewed, renewedFile) = try await certificate("2027-a", for: "a.example.com", fixture)
        try await fixture.running { proxy in
            try await proxy.set(
                [
                    place.entrypoint("a.t.web", "a.example.com", certificate: first.name, to: one),
                    place.entrypoint("b.t.web", "b.example.com", certificate: second.name, to: one),
                    place.entrypoint("c.t.web", "c.example.com", to: one),
                ], certificates: [first, second])
            #expect(try await place.secure("a.example.com", authority: firstFile) == "200 one")
            #expect(try await place.secure("b.example.com", authority: secondFile) == "200 one")
            #expect(try await place.secure("b.example.com", authority: firstFile).hasPrefix("000"))
            // What has a certificate is not served without it, and what has none is.
            #expect(
                try await place.curl(
                    "http://\(place.http)/x?y=1", host: "a.example.com", "-o", "/dev/null", "-w",
                    "\n%{redirect_url}\n%{http_code}")
                    == "308  https://a.example.com:\(place.https.port)/x?y=1")
            #expect(try await place.get("c.example.com") == "200 one")
            #expect(try await place.curl("https://\(place.https)/", "-k").hasPrefix("404"))

            let folder = "\(fixture.directory)/certificates"
            var status = stat()
            #expect(stat("\(folder)/\(first.name).pem", &status) == 0 && status.st_mode & 0o777 == 0o600)
            // A renewed one takes its place with a reload, and what nothing names is removed.
            try await proxy.set(
                [place.entrypoint("a.t.web", "a.example.com", certificate: renewed.name, to: one)],
                certificates: [renewed])
            #expect(try await place.secure("a.example.com", authority: renewedFile) == "200 one")
            #expect(try await place.secure("a.example.com", authority: firstFile).hasPrefix("000"))
            #expect(access("\(folder)/\(first.name).pem", F_OK) != 0)
            // One that cannot be is refused whole.
            let broken = ProxyCertificate(name: "2028-a", pem: Secret("no certificate"))
            let error = await failure {
                try await proxy.set(
                    [place.entrypoint("a.t.web", "a.example.com", certificate: broken.name, to: one)],
                    certificates: [broken])
            }
            #expect(error?.code == .invalid && error?.message.contains("no certificate") == false)
            #expect(try await place.secure("a.example.com", authority: renewedFile) == "200 one")
            // It comes back with them when it was killed.
            kill(try #require(try await proxy.processID()), SIGKILL)
            #expect(try await eventually { try await !proxy.isRunning() })
            try await fixture.proxy().ensureRunning()
            #expect(try await place.secure("b.example.com", authority: secondFile) == "200 one")
        }
    }

    @Test func gatesKeepOthersOut() async throws {
        let fixture = try ProxyFixture()
        let one = try await Backend("one", fixture.runner)
        let (place, own) = (try Place(fixture), try ProxyFixture.freeAddress())
        let many = (0..<300).map { "10.\($0 % 250).\($0 / 250).0/24" }
        try await fixture.running { proxy in
            try await proxy.set([
                place.entrypoint("a.t.web", "a.example.com", allowed: ["10.0.0.0/8"], to: one),
                place.entrypoint("b.t.web", "b.example.com", allowed: ["10.0.0.0/8", "127.0.0.0/8"], to: one),
                place.entrypoint("c.t.web", "c.example.com", allowed: many + ["127.0.0.1/32"], to: one),
                place.entrypoint("d.t.web", "d.example.com", allowed: ["2001:db8::/32"], to: one),
                ProxyEntrypoint(
                    name: "e.t.web", listen: own, allowed: ["192.0.2.0/24"],
                    servers: [.a: .active([one.address])]),
            ])
            let refused = "403 not allowed from here "
            var found: [String] = []
            for host in ["a", "b", "c", "d"] { found.append(try await place.get("\(host).example.com")) }
            found.append(try await place.curl("http://\(own)/"))
            #expect(found == [refused, "200 one", "200 one", refused, refused])
        }
    }

    /// A deployed server and one that is switched to in the same way as by an address of its own, under load, while the
    /// routes of others come and go, each of which is a reload.
    @Test func switchesUnderLoadWithoutAFailedRequest() async throws {
        let fixture = try ProxyFixture()
        let place = try Place(fixture)
        var serving = try await Backend("v0", fixture.runner)
        try await fixture.running { proxy in
            try await proxy.set([place.entrypoint("a.t.web", "a.example.com", to: serving)])
            let end = TemporaryDirectory()
            async let load = fixture.load(place.http, host: "a.example.com", until: end.appending("end"))
            for round in 1...5 {
                let next = try await Backend("v\(round)", fixture.runner)
                let slot: ProxyEntrypoint.Slot = round % 2 == 0 ? .a : .b
                try await proxy.switchTraffic(of: "a.t.web", to: slot, at: [next.address])
                #expect(try await proxy.drain(slot.other, of: ["a.t.web"], within: .seconds(30)) == 0)
                try await proxy.release(slot.other, of: "a.t.web")
                serving.stop()
                serving = next
                try await proxy.set([place.entrypoint("other\(round)", "other\(round).example.com", to: next)])
            }
            #expect(try await eventually { try await place.get("a.example.com") == "200 v5" })
            try Files.write([], to: end.appending("end"))
            let (done, failures, bodies) = try await load
            #expect(failures.isEmpty && done >= 1000, "\(done) requests, failures: \(failures)")
            #expect(bodies.isSuperset(of: (1...4).map { "v\($0)" }))
        }
    }

    /// A deployd that was upgraded may write another text for what runs.
    @Test func takesOverWhatAnOlderOneWrote() async throws {
        let fixture = try ProxyFixture()
        let one = try await Backend("one", fixture.runner)
        let listen = try ProxyFixture.freeAddress()
        try await fixture.running { proxy in
            try await proxy.set([ProxyEntrypoint(name: "web", listen: listen, servers: [.a: .active([one.address])])])
            let path = "\(fixture.directory)/haproxy.cfg"
            let text = String(decoding: try Files.read(path, limit: 1 << 20), as: UTF8.self)
            let older = text.replacing("timeout connect 5s", with: "timeout connect 4s")
                .replacing(/description .*/, with: "description deployd-older")
            try Files.write(Array(older.utf8), to: path)
            _ = try await proxy.master.ask("reload")
            #expect(await eventually { (try? await proxy.master.generation()) == "deployd-older" })
            let later = fixture.proxy()
            try await later.ensureRunning()
            #expect(try await later.master.generation() != "deployd-older")
            #expect(try await fixture.get(listen) == "one")
        }
    }

    @Test func saysWhatStandsAgainstItWithoutAChange() async throws {
        let fixture = try ProxyFixture()
        let one = try await Backend("one", fixture.runner)
        let place = try Place(fixture)
        try await fixture.running { proxy in
            let mine = place.entrypoint("a.t.web", "a.example.com", to: one)
            try await proxy.set([mine])
            func problem(_ entrypoint: ProxyEntrypoint) async throws -> String? {
                try await proxy.problem(with: [entrypoint], insteadOf: "b.t.")
            }
            #expect(try await proxy.problem(with: [mine], insteadOf: "a.t.") == nil)
            #expect(try await problem(place.entrypoint("b.t.web", "b.example.com", to: one)) == nil)
            let clash = try await problem(place.entrypoint("b.t.web", "a.example.com", to: one))
            #expect(clash == "the entrypoints a.t.web and b.t.web would both answer a.example.com/")
            let taken = ProxyRoute(host: "b.example.com", http: one.address)
            #expect(
                try await problem(ProxyEntrypoint(name: "b.t.web", route: taken))
                    == "\(one.address) cannot be listened on: Address already in use by python3 (process \(one.pid)): end it"
            )
            #expect(try await proxy.entrypoints() == [mine])
        }
    }
}
