import Core
import Testing

@testable import System

struct ProxyConfigurationTests {
    private func address(_ port: Int, _ host: String = "127.0.0.1") throws -> ProxyAddress {
        try #require(ProxyAddress(host: host, port: port))
    }

    @Test func rendersEachEntrypoint() throws {
        let web = ProxyEntrypoint(
            name: "hello-web", listen: try address(3042),
            servers: [.a: .draining([try address(4001)]), .b: .active([try address(4002, "::1")])],
            maximumConnections: 50)
        let text = ProxyConfiguration([web]).text
        let start = try #require(text.firstRange(of: "# entrypoint"))
        #expect(
            String(text[start.lowerBound...]) == """
                # entrypoint {"a":{"draining":true,"host":"127.0.0.1","port":4001},"b":{"draining":false,"host":"::1",\
                "port":4002},"host":"127.0.0.1","maximumConnections":50,"name":"hello-web",\
                "port":3042}
                frontend in:hello-web
                    bind 127.0.0.1:3042
                    http-request set-header X-Forwarded-Proto http
                    default_backend hello-web

                backend hello-web
                    http-request disable-l7-retry unless { method GET HEAD OPTIONS }
                    server a 127.0.0.1:4001 maxconn 50 weight 0
                    server b [::1]:4002 maxconn 50

                """)
    }

    @Test func hasAsManyServersAsThereIsRoomFor() throws {
        let web = ProxyEntrypoint(
            name: "web", listen: try address(3042),
            servers: [.a: .draining([try address(4001)]), .b: .active([try address(4002), try address(4003)])],
            replicas: 3)
        let servers = ProxyConfiguration([web]).text.split(separator: "\n").filter { $0.hasPrefix("    server ") }
        #expect(
            servers == [
                "    server a 127.0.0.1:4001 weight 0", "    server a2 127.0.0.1:1 disabled",
                "    server a3 127.0.0.1:1 disabled", "    server b 127.0.0.1:4002", "    server b2 127.0.0.1:4003",
                "    server b3 127.0.0.1:1 disabled",
            ])
        var narrow = web
        narrow.replicas = 1
        #expect(throws: DeploydError.self) { try ProxyConfiguration([narrow]).check() }
        #expect(ProxyConfiguration([web]).generation != ProxyConfiguration([narrow]).generation)
    }

    @Test func readsBackWhatItWrote() throws {
        let set = ProxyConfiguration([
            ProxyEntrypoint(name: "b", listen: try address(2, "::"), path: "/x", allowed: ["10.0.0.0/8"]),
            ProxyEntrypoint(name: "a", listen: try address(1), servers: [.b: .active([try address(3)])]),
            ProxyEntrypoint(
                name: "c", listen: try address(4),
                servers: [.a: .draining([try address(5), try address(6)]), .b: .active([try address(7)])], replicas: 2),
        ])
        #expect(try ProxyConfiguration.parse(set.text) == set)
        #expect(try ProxyConfiguration.parse("") == ProxyConfiguration([]))
        #expect(throws: DeploydError.self) { try ProxyConfiguration.parse("# entrypoint {\"name\":\"a b\"}\n") }
    }

    @Test func reloadsForAddressesNotForServers() throws {
        let one = ProxyEntrypoint(name: "a", listen: try address(1))
        var switched = one
        switched[.a] = .active([try address(9)])
        let moved = ProxyEntrypoint(name: "a", listen: try address(2))
        let generations = [[one], [switched], [moved], [one, moved], []].map { ProxyConfiguration($0).generation }
        #expect(generations[0] == generations[1] && Set(generations).count == 4)
    }

    @Test func refusesWhatCannotBe() throws {
        let one = ProxyEntrypoint(name: "a", listen: try address(1))
        let bad: [[ProxyEntrypoint]] = [
            [one, one],
            [one, ProxyEntrypoint(name: "b", listen: try address(1))],
            [ProxyEntrypoint(name: "a b", listen: try address(1))],
            [ProxyEntrypoint(name: "a\n    bind :80", listen: try address(1))],
            [ProxyEntrypoint(name: "", listen: try address(1))],
            [ProxyEntrypoint(name: "a", listen: try address(1), maximumConnections: 0)],
            [
                ProxyEntrypoint(
                    name: "a", listen: try address(1),
                    servers: [.a: .active([try address(2)]), .b: .active([try address(3)])])
            ],
        ]
        for entrypoints in bad {
            #expect(throws: DeploydError.self) { try ProxyConfiguration(entrypoints).check() }
        }
        let addresses = [("localhost", 1), ("127.0.0.1", 0), ("127.0.0.1", 70000), ("127.0.0.1 x", 1), ("", 1)]
        #expect(addresses.filter { ProxyAddress(host: $0.0, port: $0.1) != nil }.isEmpty)
    }

    @Test func readsHAProxysAnswers() {
        let states = """
            1
            # be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_fqdn srv_port
            3 web 1 a 127.0.0.1 2 8 1 - 18081
            3 web 2 b 127.0.0.1 0 5 1 - 1

            """
        #expect(
            ProxyServerState.parse(states) == [
                ProxyServerState(
                    name: "a", host: "127.0.0.1", port: 18081, isRunning: true, administration: 8, weight: 1),
                ProxyServerState(name: "b", host: "127.0.0.1", port: 1, isRunning: false, administration: 1, weight: 1),
            ])
        #expect(ProxyServerState.parse("Can't find backend.\n") == nil)
        let processes = """
            #<PID>          <type>          <reloads>       <uptime>        <version>
            11607           master          4 [failed: 1]   0d00h00m19s     2.6.12-1+deb12u4
            # workers
            13622           worker          0               0d00h00m03s     2.6.12-1+deb12u4
            # old workers
            12597           worker          1               0d00h00m09s     2.6.12-1+deb12u4
            # programs

            """
        #expect(
            ProxyProcesses.parse(processes)
                == ProxyProcesses(master: 11607, failedReloads: 1, workers: [13622, 12597]))
        let table = "pxname,svname,qcur,qmax,scur,smax\nweb,a,1,2,3,4\nweb,b,0,0,0,0\n"
        #expect(["a", "b", "c"].map { ProxyStatistics.sessions(of: $0, in: table) } == [4, 0, 0])
    }

    @Test func changesOnlyWhatDiffers() throws {
        let here = try address(5)
        func state(_ port: Int, running: Bool = true, _ administration: Int = 0, weight: Int = 1) -> ProxyServerState {
            ProxyServerState(
                name: "a", host: "127.0.0.1", port: port, isRunning: running, administration: administration,
                weight: weight)
        }
        let cases: [(ProxyEntrypoint.Server, ProxyServerState)] = [
            (.active([here]), state(5)), (.active([here]), state(5, 8)), (.active([here]), state(5, weight: 0)),
            (.active([here]), state(1, running: false, 1)), (.active([here]), state(6)),
            (.draining([here]), state(5)), (.draining([here]), state(5, 8)), (.draining([here]), state(5, weight: 0)),
            (.empty, state(5)), (.empty, state(1, running: false, 1)),
        ]
        let move = ["state maint", "addr 127.0.0.1 port 5"]
        #expect(
            cases.map { ProxyMaster.commands(for: "w/a", to: $0.0, from: $0.1).map { String($0.dropFirst(15)) } } == [
                [], ["state ready"], ["weight 1", "state ready"], move + ["state ready"], move + ["state ready"],
                ["state drain"], [], [], ["state maint"], [],
            ])
    }
}
