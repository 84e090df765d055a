import Core
import Formats
import Testing

@testable import Model

@Suite struct ServiceFileTests {
    private func parse(_ text: String) -> Parsed<ServiceFile> { ServiceFile.parse(Array(text.utf8)) }

    private func template(_ text: String) throws -> Template { try Template(text) }

    @Test func readsEverything() throws {
        let text = """
            service: hello
            description: Says hello
            url: https://example.com/acme/hello
            labels: { team: shop, level: 1.10 }
            build:
              command: [make, "VERSION=${version}"]
            command: [./hello, --retries, 3]
            ports: { http: 5000, admin: 5001 }
            env:
              LOG_LEVEL: info
              MODE: 0755
              DATABASE_URL: "${requires.users.url}?v=${version}"
              PUBLIC_URL: "${entrypoints.web.url} $${literal} ${ports.admin}"
            health: { path: /healthz, port: admin, interval: 1s, timeout: 500ms, deadline: 2m }
            limits: { cpu: 500m, memory: 256Mi }
            replicas: 3
            update: rolling
            drain: 10s
            beforeDeploy: [./migrate, --to, "${version}"]
            requires:
              users: postgres
              cache: { slug: redis, params: { memory: 512Mi, replicas: 2, persistent: true, ratio: 1.10 } }
              api: { application: accounts }
              mail: { shared: smtp }
            entrypoints:
              web: http
              back: { port: admin }
            environmentSets: [web-default, web-default]
            environments: [qa, { name: demo, targets: [{ name: lab-1, world: lab }] }, qa]
            """
        let expected = ServiceFile(
            service: "hello", description: "Says hello", url: "https://example.com/acme/hello",
            labels: ["team": "shop", "level": "1.10"], ports: ["http": 5000, "admin": 5001],
            build: [try template("make"), try template("VERSION=${version}")],
            command: [try template("./hello"), try template("--retries"), try template("3")],
            environment: [
                "LOG_LEVEL": try template("info"), "MODE": try template("0755"),
                "DATABASE_URL": try template("${requires.users.url}?v=${version}"),
                "PUBLIC_URL": try template("${entrypoints.web.url} $${literal} ${ports.admin}"),
            ],
            health: HealthProbe(
                kind: .http(path: "/healthz", port: "admin"), interval: .seconds(1), timeout: .milliseconds(500),
                deadline: .seconds(120)),
            limits: WorkloadLimits(cpuMillis: 500, memoryBytes: 268_435_456), drain: .seconds(10),
            replicas: 3,
            beforeDeploy: [try template("./migrate"), try template("--to"), try template("${version}")],
            requirements: [
                "users": Requirement(slug: "postgres"),
                "cache": Requirement(
                    slug: "redis", parameters: ["memory": "512Mi", "replicas": 2, "persistent": true, "ratio": "1.10"]),
            ],
            shared: ["mail": "smtp"], applications: ["api": "accounts"],
            entrypoints: ["web": Entrypoint(port: "http"), "back": Entrypoint(port: "admin")],
            settings: Application.Settings(
                environmentSets: ["web-default"], environments: ["qa", "demo"],
                targets: [Target(name: "lab-1", environment: "demo", world: "lab")]))
        #expect(parse(text) == Parsed(value: expected, diagnostics: []))
    }

    /// Ports, entrypoints, health and settings that follow from what is left out.
    @Test(arguments: [
        ("service: a", "[] [] staysUp(5.0 seconds) default|"),
        ("service: a\nport: 5000", "[http=5000] [web=http] tcp(port: \"http\") default|"),
        ("service: a\nports: { grpc: 1 }", "[grpc=1] [web=grpc] tcp(port: \"grpc\") default|"),
        ("service: a\nports: { b: 1, a: 2 }", "[a=2 b=1] [] tcp(port: \"b\") default|"),
        ("service: a\nports: { b: 1, http: 2 }", "[b=1 http=2] [web=http] tcp(port: \"http\") default|"),
        ("service: a\nport: 1\nentrypoints: {}", "[http=1] [] tcp(port: \"http\") default|"),
        (
            "service: a\nport: 1\nhealth: { path: / }\nenvironments: [qa]",
            "[http=1] [web=http] http(path: \"/\", port: \"http\") |qa"
        ),
        ("service: a\nenvironmentSets: []", "[] [] staysUp(5.0 seconds) |"),
    ])
    func defaults(text: String, expected: String) throws {
        let file = try parse(text).get()
        let ports = file.ports.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        let entrypoints = file.entrypoints.map { "\($0.key)=\($0.value.port)" }.joined(separator: " ")
        let settings = [file.settings.environmentSets, file.settings.environments].map { $0.joined(separator: ",") }
        #expect("[\(ports)] [\(entrypoints)] \(file.health.kind) \(settings.joined(separator: "|"))" == expected)
    }

    @Test func refusesWhatIsNotBuiltYetByName() {
        let text = "service: a\nbuild: { context: ., dockerfile: Dockerfile, args: {} }\nport: 1\n"
        let found = parse(text).diagnostics.map { "\($0.path): \($0.message)" }
        let expected = ["build.context", "build.dockerfile", "build.args"]
        #expect(
            found.filter { !$0.contains("missing") }.sorted() == expected.map { "\($0): not built yet" }.sorted())
    }

    @Test func reportsEverythingAtOnce() {
        let text = """
            service: Hello
            prots: { web: 1 }
            port: 70000
            ports: { http: 5000, Admin: 0 }
            url: javascript:alert(1)
            labels: { "a b": x, c: y z }
            build: { comand: [make], command: [make, "${environment}", "${verison}"] }
            command: []
            env:
              PORT: 1
              PORT_ADMIN: 2
              9LIVES: x
              DB: "${requires.user.url} ${requires.users}"
              BAD: "x ${"
              EMPTY:
            health: { path: healthz, port: htpp, interval: 0s, timeout: fast }
            limits: { cpu: much, memory: 1TB }
            requires:
              users: { slug: Post, params: { size: [1], "a-b": 1, name: "${version} ${ports.http} ${requires.cache.x} ${commt}" } }
              cache: { params: { users: "${requires.users.y}" } }
            entrypoints: { web: htttp, x: { port: admin } }
            drain: 2h
            environments: qa
            ---
            service: second
            """
        let expected = """
            deployd.yaml:1:10: service: 'Hello': use 1 to 63 of a-z, 0-9 and '-', neither first nor last '-'
            deployd.yaml:2:1: prots: unknown key; did you mean 'ports'?
            deployd.yaml:3:7: port: expected a whole number from 1 to 65535, found the number 70000
            deployd.yaml:3:7: port: use either port or ports; 'port: N' is 'ports: { http: N }'
            deployd.yaml:4:22: ports.Admin: not a name: use 1 to 63 of a-z, 0-9 and '-', neither first nor last '-'
            deployd.yaml:4:29: ports.Admin: expected a whole number from 1 to 65535, found the number 0
            deployd.yaml:5:6: url: 'javascript:alert(1)': use one that begins with https:// or http://
            deployd.yaml:6:11: labels.a b: not a label's name: \(LabelRules.keyRule)
            deployd.yaml:6:24: labels.c: 'y z': \(LabelRules.valueRule)
            deployd.yaml:7:10: build.comand: unknown key; did you mean 'command'?
            deployd.yaml:7:43: build.command[1]: '${environment}' is not known to a build, which is made once for all environments
            deployd.yaml:7:61: build.command[2]: unknown reference '${verison}'; did you mean 'version'?
            deployd.yaml:8:10: command: an empty list is not allowed
            deployd.yaml:10:3: env.PORT: deployd sets this variable itself, from port or ports
            deployd.yaml:11:3: env.PORT_ADMIN: deployd sets this variable itself, from port or ports
            deployd.yaml:12:3: env.9LIVES: not a variable's name: use letters, digits and '_', no digit first
            deployd.yaml:13:8: env.DB: unknown reference '${requires.user.url}'; did you mean 'requires.users.url'?
            deployd.yaml:13:29: env.DB: unknown reference '${requires.users}'; did you mean 'requires.users.*'?
            deployd.yaml:14:11: env.BAD: '${' has no '}'; '$${' writes a literal '${'
            deployd.yaml:15:3: env.EMPTY: expected text, found nothing; write "" for an empty one
            deployd.yaml:16:17: health.path: 'healthz': use one that begins with / and has no space
            deployd.yaml:16:32: health.port: there is no port 'htpp'; did you mean 'http'?
            deployd.yaml:16:48: health.interval: 0s: use at least 1s
            deployd.yaml:16:61: health.timeout: expected a duration such as 5s, 250ms, 2h or 1d, found 'fast'
            deployd.yaml:17:16: limits.cpu: expected processors such as 2, 0.5 or 500m, found 'much'
            deployd.yaml:17:30: limits.memory: expected an amount such as 256Mi, 1G or 1.5Gi, found '1TB'
            deployd.yaml:19:18: requires.users.slug: 'Post': use 1 to 63 of a-z, 0-9 and '-', neither first nor last '-'
            deployd.yaml:19:40: requires.users.params.size: expected a string, a number or a boolean, found a list
            deployd.yaml:19:45: requires.users.params.a-b: not a name: use letters, digits and '_', a letter first
            deployd.yaml:19:73: requires.users.params.name: '${ports.http}' is not known before what the service requires is made
            deployd.yaml:19:107: requires.users.params.name: unknown reference '${commt}'; did you mean 'commit'?
            deployd.yaml:20:10: requires.cache: say what it is: one of slug, shared, application
            deployd.yaml:20:10: requires.cache: cannot need itself: cache (deployd.yaml:20) → users (deployd.yaml:19) → cache
            deployd.yaml:21:21: entrypoints.web: there is no port 'htttp'; did you mean 'http'?
            deployd.yaml:21:39: entrypoints.x.port: there is no port 'admin'; there is http
            deployd.yaml:22:8: drain: 2h: use at most 1h
            deployd.yaml:23:15: environments: expected a list, found 'qa'; write [qa]
            deployd.yaml:25:1: a second document is not allowed in this file

            """
        #expect(parse(text).diagnostics.text == expected)
    }

    @Test(arguments: [
        ("", "deployd.yaml:1:1: the file is empty; a service needs at least 'service: NAME'\n"),
        ("# only a comment\n", "deployd.yaml:1:1: the file is empty; a service needs at least 'service: NAME'\n"),
        (
            "service: a\nports:\n" + (1...21).map { "  p\($0): 1\n" }.joined(),
            "deployd.yaml:3:3: ports: 21 entries; 20 are the most\n"
        ),
        ("[]", "deployd.yaml:1:1: expected a mapping, found a list\n"),
        ("service: 5", "deployd.yaml:1:10: service: expected a name, found the number 5; quote it\n"),
        (
            "service: a\nhealth: { path: / }",
            "deployd.yaml:2:17: health.path: there is no port to ask; write 'port: N'\n"
        ),
        (
            "service: a\nentrypoints: { web: http }",
            "deployd.yaml:2:21: entrypoints.web: there is no port 'http'; write 'port: N'\n"
        ),
        (
            "service: a\ncommand: ['', x]",
            "deployd.yaml:2:10: command: the first word is the program and must not be empty\n"
        ),
        (
            "service: a\nrequires: { b: { application: c } }\nenv: { A: \"${requires.b.ulr}\" }",
            "deployd.yaml:3:12: env.A: unknown reference '${requires.b.ulr}'; did you mean 'requires.b.url'?\n"
        ),
        ("service: a\nenv: { A: \"\\0\" }", "deployd.yaml:2:11: env.A: a NUL character is not allowed\n"),
    ])
    func refuses(text: String, expected: String) {
        #expect(parse(text).diagnostics.text == expected)
    }

    /// An entry of `requires` is one of three things.
    @Test func anEntryRequiresOneThing() {
        let text = """
            service: a
            requires:
              b: { application: a, params: {} }
              c: { slug: s, application: d, aplication: e }
              d: { shared: s, params: {} }
              e: { application: d, shared: e }
            """
        let expected = """
            deployd.yaml:3:21: requires.b.application: a service cannot require itself
            deployd.yaml:3:24: requires.b.params: not beside 'application': an application has no parameters
            deployd.yaml:4:17: requires.c.application: not beside 'slug': an entry requires one thing; write another entry for this
            deployd.yaml:4:33: requires.c.aplication: unknown key; did you mean 'application'?
            deployd.yaml:5:19: requires.d.params: not beside 'shared': the world file gives its parameters, for everyone
            deployd.yaml:6:24: requires.e.shared: not beside 'application': an entry requires one thing; write another entry for this

            """
        #expect(parse(text).diagnostics.text == expected)
    }

    @Test(
        arguments: [
            (
                "replicas: 0",
                "2:11: replicas: expected a whole number from 1 to 1000, found the number 0; "
                    + "to have none run for a while, use `deployd stop`\n"
            ),
            ("replicas: 1001", "2:11: replicas: expected a whole number from 1 to 1000, found the number 1001\n"),
            ("replicas: { min: 3, max: 1 }", "2:26: replicas.max: 1 are fewer than min, 3\n"),
            (
                "update: roling",
                "2:9: update: expected one of rolling, blue-green, append-only, found 'roling'; did you mean 'rolling'?\n"
            ),
        ] as [(String, String)])
    func refusesReplicasAndUpdates(text: String, expected: String) {
        #expect(parse("service: a\n\(text)").diagnostics.text == "deployd.yaml:\(expected)")
    }
}
