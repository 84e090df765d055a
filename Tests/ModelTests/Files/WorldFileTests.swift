import Core
import Formats
import Model
import Testing

@Suite struct WorldFileTests {
    private func parse(_ text: String, file: String = "w.yaml") -> Parsed<WorldFile> {
        WorldFile.parse(Array(text.utf8), file: file)
    }

    private let example = """
        # the operator's
        ---
        world: develop
        description: Shared development host
        labels: { region: eu }
        resourceRepositories: [acme, precanned]
        capabilities:
          deploy:process: {}
          local: {}
        trusted: yes
        parameters: { vpcId: vpc-9b2a62fe, subnetIds: [subnet-a, subnet-b], size: 3, ratio: 1.10 }
        allowTargetsFrom: ["shop-*"]
        shared: { smtp: { slug: relay, params: { port: 25, name: x } }, cache: redis }
        targets: [{ name: develop-a, environment: development, labels: { zone: 1 } }, { environment: staging }]
        ---
        environment: production
        description: For everyone
        labels: { tier: prod }
        applications: ["shop-*", web]
        repositories: ["acme/*"]
        versions: promotion
        targets: [{ name: ml-registry, labels: { kind: registry } }, { name: late, world: develop }]
        ---
        environmentSet: web-default
        labels: { team: web }
        environments: [development, staging, production]
        ---
        """

    private let develop = World(
        name: "develop", description: "Shared development host", labels: ["region": "eu"],
        capabilities: [.deployProcess, .local], resourceRepositories: ["acme", "precanned"], isTrusted: true,
        parameters: ["vpcId": "vpc-9b2a62fe", "subnetIds": ["subnet-a", "subnet-b"], "size": 3, "ratio": "1.10"],
        allowsTargetsFrom: ["shop-*"],
        shared: [
            "smtp": Requirement(slug: "relay", parameters: ["port": 25, "name": "x"]),
            "cache": Requirement(slug: "redis"),
        ])

    private static let policy = EnvironmentPolicy(
        applications: ["shop-*", "web"], repositories: ["acme/*"], versions: .promotion)

    @Test func readsEveryKind() throws {
        #expect(
            try parse(example).get().documents == [
                .world(
                    develop,
                    targets: [
                        .init(name: "develop-a", environment: "development", labels: ["zone": "1"]),
                        .init(environment: "staging"),
                    ]),
                .environment(
                    Environment(
                        name: "production", description: "For everyone", labels: ["tier": "prod"], policy: Self.policy),
                    targets: [
                        .init(name: "ml-registry", labels: ["kind": "registry"]), .init(name: "late", world: "develop"),
                    ]),
                .environmentSet(
                    EnvironmentSet(
                        name: "web-default", environments: ["development", "staging", "production"],
                        labels: ["team": "web"])),
            ])
        #expect(
            ["vpcId", "subnetIds", "size", "none"].map(develop.parameterText) == [
                "vpc-9b2a62fe", "subnet-a,subnet-b", "3", nil,
            ])
    }

    @Test func reportsEverythingAtOnce() {
        let text = """
            world: Develop
            capabilites: {}
            capabilities: { deploy:process: {}, deploy:compose: {}, deploy:proces: {}, local: { root: /x } }
            resourceRepositories: [acme, { git: https://example.com/r.git }, { git: " ", ref: -v }, { url: x }]
            parameters: { vpcId: {}, key: "${env:KEY}", a-b: 1 }
            targets: [{ name: x }, { enviroment: production }]
            entrypoints: { domain: -x, listen: here, httpPort: 443, tls: { secretName: x } }
            gates: { office: { allow: [10.0.0.1/8, x, 1.2.3.4] }, none: { allow: [] } }
            shared: { mail: , Db: { params: { key: "${file:key}" } } }
            allowTargetsFrom: [Shop, "*"]
            ---
            environment: production
            versions: promoted
            windows: []
            applications: []
            repositories: ["acme/*", "a b", "", 7]
            targets: [{ name: lab, world: Lab }]
            ---
            environmentSet: web
            environments: [a, b, a]
            ---
            environmentSet: none
            environments: []
            ---
            promotion: to-staging
            from: development
            ---
            word: x
            ---
            world: a
            environment: b
            ---
            just text
            """
        let expected = """
            w.yaml:1:8: world: 'Develop': use 1 to 63 of a-z, 0-9 and '-', neither first nor last '-'
            w.yaml:2:1: capabilites: unknown key; did you mean 'capabilities'?
            w.yaml:3:17: capabilities.deploy:process: needs 'trusted: true' in this world, because it runs pushed code on this host, beside deployd
            w.yaml:3:37: capabilities.deploy:compose: not built yet
            w.yaml:3:57: capabilities.deploy:proces: unknown key; did you mean 'deploy:process'?
            w.yaml:3:85: capabilities.local.root: unknown key; nothing is set here
            w.yaml:4:30: resourceRepositories[1].ref: missing: expected a tag, branch or commit
            w.yaml:4:73: resourceRepositories[2].git: ' ': use https://HOST/PATH, ssh://USER@HOST/PATH or USER@HOST:PATH
            w.yaml:4:83: resourceRepositories[2].ref: '-v': use the name of a tag or branch, or a full commit
            w.yaml:4:89: resourceRepositories[3].ref: missing: expected a tag, branch or commit
            w.yaml:4:91: resourceRepositories[3].url: unknown key; did you mean 'git'?
            w.yaml:5:22: parameters.vpcId: expected a string, a number or a boolean, found a mapping
            w.yaml:5:31: parameters.key: references are not built yet here
            w.yaml:5:45: parameters.a-b: not a name: use letters, digits and '_', a letter first
            w.yaml:6:11: targets[0].environment: missing: expected a name
            w.yaml:6:26: targets[1].enviroment: unknown key; did you mean 'environment'?
            w.yaml:7:24: entrypoints.domain: '-x': use letters, digits, '-' and '.', such as hello.example.com; neither an address nor a port
            w.yaml:7:36: entrypoints.listen: 'here': use an IPv4 or IPv6 address in numbers
            w.yaml:7:52: entrypoints.httpPort: httpPort and httpsPort are both 443
            w.yaml:7:64: entrypoints.tls.secretName: is for clusters (deploy:kubernetes); on a host write certificate and key
            w.yaml:8:28: gates.office.allow[0]: '10.0.0.1/8': its network is 10.0.0.0/8
            w.yaml:8:40: gates.office.allow[1]: 'x': use an address or a network, such as 203.0.113.0/24 or 2001:db8::/32
            w.yaml:8:70: gates.none.allow: an empty list is not allowed
            w.yaml:9:11: shared.mail: expected a name or a mapping, found nothing
            w.yaml:9:19: shared.Db: not a name: use 1 to 63 of a-z, 0-9 and '-', neither first nor last '-'
            w.yaml:9:23: shared.Db.slug: missing: expected a name
            w.yaml:10:20: allowTargetsFrom[0]: 'Shop': use 1 to 63 of a-z, 0-9, '-', and '*' for any characters
            w.yaml:13:11: versions: expected one of any, promotion, trigger, found 'promoted'; did you mean 'promotion'?
            w.yaml:14:1: windows: not built yet
            w.yaml:15:15: applications: an empty list is not allowed
            w.yaml:16:26: repositories[1]: 'a b': use a repository's full name such as acme/hello, and '*' for any characters
            w.yaml:16:33: repositories[2]: '': use a repository's full name such as acme/hello, and '*' for any characters
            w.yaml:16:37: repositories[3]: expected a pattern, found the number 7; quote it
            w.yaml:17:31: targets[0].world: 'Lab': use 1 to 63 of a-z, 0-9 and '-', neither first nor last '-'
            w.yaml:20:22: environments[2]: 'a' is named twice
            w.yaml:23:15: environments: an empty list is not allowed
            w.yaml:25:1: promotion: not built yet
            w.yaml:28:1: expected one of the keys world, environment, environmentSet, promotion; did you mean 'world' for 'word'?
            w.yaml:31:1: environment: a document has one of these keys, and this one has 'world'; begin another with ---
            w.yaml:33:1: expected a mapping, found 'just text'

            """
        #expect(parse(text).diagnostics.text == expected)
    }

    /// What stands for a repository in git becomes its name, at its place.
    @Test func repositoriesInGit() throws {
        let text = """
            world: a
            resourceRepositories: [acme, { git: "git@example.com:r.git", ref: v3 }, { git: https://h/s, ref: main }]
            """
        let file = try parse(text).get()
        let remotes = [
            RemoteRepository(url: "git@example.com:r.git", ref: "v3"),
            RemoteRepository(url: "https://h/s", ref: "main"),
        ]
        #expect(file.remotes.map(\.remote) == remotes)
        #expect(
            file.remotes[1].problem("no").description == "w.yaml:2:73: resourceRepositories[2]: no")
        let names = [remotes[0]: "platform"]
        let topology = try Topology.assemble([file], repositories: ["acme", "platform"], remotes: names).get()
        #expect(topology.worlds["a"]?.resourceRepositories == ["acme", "platform"])
    }

    @Test func assembles() throws {
        let second = try parse("world: lab\ntargets: [{ environment: production }]\n---\nworld: solo\n").get()
        let topology = try Topology.assemble([try parse(example).get(), second], repositories: ["precanned", "acme"])
            .get()
        let expected = Topology(
            worlds: [develop, World(name: "lab"), World(name: "solo")],
            environments: [
                Environment(
                    name: "development",
                    targets: [
                        Target(name: "develop-a", environment: "development", world: "develop", labels: ["zone": "1"])
                    ]),
                Environment(
                    name: "staging",
                    targets: [Target(name: "develop-staging", environment: "staging", world: "develop")]),
                Environment(
                    name: "production", description: "For everyone", labels: ["tier": "prod"],
                    targets: [
                        Target(name: "lab", environment: "production", world: "lab"),
                        Target(name: "late", environment: "production", world: "develop"),
                        Target(
                            name: "ml-registry", environment: "production", world: nil, labels: ["kind": "registry"]),
                    ], policy: Self.policy),
                Environment(name: "solo", targets: [Target(name: "solo", environment: "solo", world: "solo")]),
            ],
            environmentSets: [
                EnvironmentSet(
                    name: "web-default", environments: ["development", "staging", "production"],
                    labels: ["team": "web"])
            ])
        #expect(topology == expected)
        let settings = Application.Settings(
            environmentSets: ["web-default", "web-defalt"], environments: ["solo", "staging", "qa"])
        #expect(topology.environments(of: settings) == ["development", "staging", "production", "solo", "qa"])
        #expect(
            topology.targets(of: settings).map(\.name) == [
                "develop-a", "develop-staging", "lab", "late", "ml-registry", "solo",
            ])
        #expect(
            topology.problems(of: settings) == ["there is no environment set 'web-defalt'; did you mean 'web-default'?"]
        )
    }

    @Test func findsContradictions() throws {
        let long = String(repeating: "a", count: 60)
        let files = [
            "world: a\ntargets: [{ environment: b, name: t }, { environment: c }, { environment: c }]\n---\nenvironment: b\n",
            "world: a\n---\nenvironment: b\ntargets: [{ name: t }]\n---\nenvironmentSet: s\nenvironments: [x]\n",
            "environmentSet: s\nenvironments: [x]\n---\nworld: c\nresourceRepositories: [precaned, zzz]\n",
            "environment: q\ntargets: [{ name: q1, world: c }, { name: q2, world: d }]\n",
            "world: \(long)\ntargets: [{ environment: one }, { environment: two }]\n",
        ]
        let parsed = try files.enumerated().map { try parse($0.element, file: "\($0.offset).yaml").get() }
        let expected = """
            0.yaml:2:60: targets[2]: the target 'a-c' is declared already, at 0.yaml:2
            1.yaml:1:1: world: the world 'a' is declared already, at 0.yaml:1
            1.yaml:3:1: environment: the environment 'b' is declared already, at 0.yaml:4
            1.yaml:4:11: targets[0]: the target 't' is declared already, at 0.yaml:2
            2.yaml:1:1: environmentSet: the environment set 's' is declared already, at 1.yaml:6
            2.yaml:5:24: resourceRepositories[0]: there is no resource repository 'precaned'; did you mean 'precanned'?
            2.yaml:5:34: resourceRepositories[1]: there is no resource repository 'zzz'; there is precanned
            3.yaml:2:47: targets[1].world: there is no world 'd'; there is a, \(long), c
            4.yaml:2:11: targets[0]: the name '\(long)-one', which it would get, is too long; give it one with 'name'
            4.yaml:2:33: targets[1]: the name '\(long)-two', which it would get, is too long; give it one with 'name'

            """
        #expect(Topology.assemble(parsed, repositories: ["precanned"]).diagnostics.text == expected)
    }

    @Test func isBuiltInWithoutFiles() throws {
        let expected = Topology(
            worlds: [
                World(
                    name: "local", description: "This host", capabilities: [.deployProcess, .local],
                    resourceRepositories: ["acme"], isTrusted: true)
            ],
            environments: [
                Environment(name: "local", targets: [Target(name: "local", environment: "local", world: "local")])
            ],
            environmentSets: [EnvironmentSet(name: "default", environments: ["local"])])
        let empty = try parse("# nothing yet\n").get()
        #expect(try Topology.assemble([empty], repositories: ["acme"]).get() == expected)
        #expect(expected.targets(of: .init(environmentSets: ["default"], environments: [])).map(\.name) == ["local"])
    }

    @Test func runsPushedCodeWithoutAFileOnLoopbackOnly() throws {
        let open = try Topology.assemble([], repositories: ["acme"], trustsBuiltIn: false).get().worlds["local"]
        #expect(open?.capabilities == [.local] && open?.isTrusted == false)
    }
}
