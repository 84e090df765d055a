import Core
import Formats
import Model
import Testing

@Suite struct ServiceOverridesTests {
    private func parse(_ text: String) -> Parsed<ServiceFile> { ServiceFile.parse(Array(text.utf8)) }

    /// Mappings are merged, whatever their short form; lists and scalars are replaced.
    @Test func mergesDeeply() throws {
        let text = """
            service: hello
            ports: { http: 5000, admin: 5001 }
            command: [./hello, --fast]
            env: { LEVEL: debug, MODE: a }
            requires: { users: postgres, cache: { slug: redis, params: { memory: 512Mi, size: 1 } } }
            entrypoints: { web: http }
            health: { path: /healthz, interval: 1s }
            overrides:
              staging: {}
              production:
                command: [./hello]
                env: { LEVEL: warning, NEW: "${requires.mail.url} ${ports.extra}" }
                ports: { extra: 5002 }
                requires: { users: { params: { size: 3 } }, cache: { params: { memory: 2Gi } }, mail: smtp }
                entrypoints: { web: { port: admin } }
                health: { interval: 9s }
                limits: { memory: 1Gi }
                replicas: 6
                drain: 2m
            """
        let file = try parse(text).get()
        var expected = file
        expected.variants = [:]
        let plain = expected
        expected.command = [try Template("./hello")]
        expected.environment = [
            "LEVEL": try Template("warning"), "MODE": try Template("a"),
            "NEW": try Template("${requires.mail.url} ${ports.extra}"),
        ]
        expected.ports["extra"] = 5002
        expected.requirements = [
            "users": Requirement(slug: "postgres", parameters: ["size": 3]),
            "cache": Requirement(slug: "redis", parameters: ["memory": "2Gi", "size": 1]),
            "mail": Requirement(slug: "smtp"),
        ]
        expected.entrypoints = ["web": Entrypoint(port: "admin")]
        expected.health = HealthProbe(
            kind: .http(path: "/healthz", port: "http"), interval: .seconds(9), timeout: .seconds(2),
            deadline: .seconds(60))
        expected.limits = WorkloadLimits(cpuMillis: nil, memoryBytes: 1 << 30)
        expected.replicas = 6
        expected.drain = .seconds(120)
        #expect(file.variants == ["staging": plain, "production": expected])
        #expect([file.variant(for: "production"), file.variant(for: "qa")] == [expected, file])
    }

    /// What was said of a slug has nothing to do with an application.
    @Test func anotherKindReplacesAnEntry() throws {
        let text = """
            service: hello
            requires: { api: { slug: fake, params: { size: 1 } }, b: { application: x }, c: { shared: x } }
            overrides:
              qa: { requires: { api: { application: accounts }, b: postgres, c: { shared: y } } }
            """
        let file = try parse(text).get().variant(for: "qa")
        #expect(file.applications == ["api": "accounts"] && file.shared == ["c": "y"])
        #expect(file.requirements == ["b": Requirement(slug: "postgres")])
    }

    @Test func errorsNameTheOverride() {
        let text = """
            service: hello
            port: 5000
            env: { A: "${ports.http}" }
            requires: { cache: { slug: redis } }
            build: { command: [make, "${oops}"] }
            overrides:
              Prod: { drain: 1s }
              empty:
              production:
                service: other
                drian: 1s
                drain: 2h
                env: { PORT: 1, B: "${port.http}", C: "x ${" }
                replicas: 0
                command: []
                requires: { mail: { params: {} }, cache: [redis] }
                entrypoints: { web: htttp }
                triggers: []
              staging: { ports: { grpc: 1 }, health: { port: admin } }
            """
        let expected = """
            deployd.yaml:5:27: build.command[1]: unknown reference '${oops}'; known here: application, commit, version
            deployd.yaml:7:3: overrides.Prod: not a name: use 1 to 63 of a-z, 0-9 and '-', neither first nor last '-'
            deployd.yaml:8:3: overrides.empty: expected a mapping, found nothing
            deployd.yaml:10:5: overrides.production.service: is the same in every environment
            deployd.yaml:11:5: overrides.production.drian: unknown key; did you mean 'drain'?
            deployd.yaml:12:12: overrides.production.drain: 2h: use at most 1h
            deployd.yaml:13:12: overrides.production.env.PORT: deployd sets this variable itself, from port or ports
            deployd.yaml:13:25: overrides.production.env.B: unknown reference '${port.http}'; did you mean 'ports.http'?
            deployd.yaml:13:46: overrides.production.env.C: '${' has no '}'; '$${' writes a literal '${'
            deployd.yaml:14:15: overrides.production.replicas: expected a whole number from 1 to 1000, found the \
            number 0; to have none run for a while, use `deployd stop`
            deployd.yaml:15:14: overrides.production.command: an empty list is not allowed
            deployd.yaml:16:23: overrides.production.requires.mail: say what it is: one of slug, shared, application
            deployd.yaml:16:46: overrides.production.requires.cache: expected a name or a mapping, found a list
            deployd.yaml:17:25: overrides.production.entrypoints.web: there is no port 'htttp'; did you mean 'http'?
            deployd.yaml:18:5: overrides.production.triggers: is the same in every environment
            deployd.yaml:19:3: overrides.staging: port: use either port or ports; 'port: N' is 'ports: { http: N }'
            deployd.yaml:19:50: overrides.staging.health.port: there is no port 'admin'; there is grpc, http

            """
        #expect(parse(text).diagnostics.text == expected)
    }

    @Test func readsTriggers() throws {
        let text = """
            service: hello
            triggers:
              - { branch: main, environment: development }
              - { tag: "v*", environment: staging }
            """
        #expect(
            try parse(text).get().settings.triggers == [
                Trigger(.branch("main"), environment: "development"), Trigger(.tag("v*"), environment: "staging"),
            ])
        #expect(try parse("service: hello").get().settings.triggers == nil)
        let wrong = """
            service: hello
            triggers:
              - { branch: main, tag: v, environment: qa }
              - { environment: qa }
              - { branch: "a b", environment: qa }
              - { brnch: main, tag: "-x" }
              - main
            """
        let rule = "use 1 to 200 characters that git allows in names, and '*' for any characters"
        let expected = """
            deployd.yaml:3:5: triggers[0]: use either branch or tag, and one entry for each
            deployd.yaml:4:5: triggers[1]: name a branch or a tag
            deployd.yaml:5:15: triggers[2].branch: 'a b': \(rule)
            deployd.yaml:6:5: triggers[3].environment: missing: expected a name
            deployd.yaml:6:7: triggers[3].brnch: unknown key; did you mean 'branch'?
            deployd.yaml:6:25: triggers[3].tag: '-x': \(rule)
            deployd.yaml:7:5: triggers[4]: expected a mapping, found 'main'; known here: branch, tag, environment

            """
        #expect(parse(wrong).diagnostics.text == expected)
    }

    @Test func unknownEnvironmentsAreProblems() throws {
        let topology = Topology(
            worlds: [], environments: [],
            environmentSets: [EnvironmentSet(name: "default", environments: ["development", "production"])])
        let text = """
            service: hello
            triggers: [{ branch: main, environment: developmnt }, { tag: v1, environment: production }]
            overrides: { prodution: {}, development: {}, qa: {} }
            """
        #expect(
            topology.problems(of: try parse(text).get()) == [
                "triggers[0]: the service does not go to 'developmnt'; did you mean 'development'?",
                "overrides.prodution: the service does not go to 'prodution'; did you mean 'production'?",
                "overrides.qa: the service does not go to 'qa'; it goes to development, production",
            ])
    }
}
