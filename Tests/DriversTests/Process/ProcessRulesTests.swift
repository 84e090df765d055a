import Core
import Crypto
import Model
import System
import TestSupport
import Testing

@testable import Drivers

@Suite struct ProcessRulesTests {
    private let probes: [HealthProbe.Kind] = [
        .http(path: "/healthz", port: "http"), .tcp(port: "http"), .staysUp(.seconds(5)),
    ]

    private func request(
        _ kind: HealthProbe.Kind = .tcp(port: "http"), previous: Secret? = nil,
        entrypoints: [String: WorkloadEntrypoint] = ["web": WorkloadEntrypoint(port: "http")]
    ) -> WorkloadRequest {
        let spec = WorkloadSpec(
            build: nil, command: ["./hello", "--token=x"].map(Secret.init), environment: ["A": Secret("own")],
            ports: ["http": 5000],
            health: HealthProbe(
                kind: kind, interval: .seconds(5), timeout: .milliseconds(1500), deadline: .seconds(60)),
            limits: WorkloadLimits(cpuMillis: 500, memoryBytes: 1 << 28), drain: .seconds(30),
            entrypoints: entrypoints, secrets: [Secret("token-value")])
        return WorkloadRequest(
            instance: InstanceID(application: "hello", target: "local"),
            identity: InstanceIdentity(application: "hello", target: "local"), environment: "local", world: "local",
            deployment: "01d",
            release: Release(
                application: "hello", version: "v1", source: .tree(digest: "ab"), path: "services/a", reference: nil,
                file: [], createdAt: Timestamp(seconds: 0)),
            spec: spec,
            addresses: WorkloadAddresses(
                listen: ["http": 3001], entrypoints: ["web": "http://127.0.0.1:3003"], environment: ["PORT": "3001"]),
            previous: previous)
    }

    private func state(
        _ kind: HealthProbe.Kind = .tcp(port: "http"),
        entrypoints: [String: WorkloadEntrypoint] = ["web": WorkloadEntrypoint(port: "http")]
    ) throws -> ProcessState {
        try ProcessState(
            request(kind, entrypoints: entrypoints), run: "01d", command: [Secret("./hello")], slot: .b,
            stable: ["web": 3003], directory: "/data/x",
            environment: ["PORT": Secret("3001")])
    }

    @Test func theRecordedStateComesBackWhole() throws {
        for kind in probes {
            let state = try state(kind)
            #expect(try ProcessState(state.sealed) == state)
        }
        let certificate = try ServerCertificate(
            chain: Secret(TestCertificate.chain), key: Secret(TestCertificate.key))
        let routed = try state(entrypoints: [
            "web": WorkloadEntrypoint(
                port: "http", path: "/api",
                route: .init(
                    host: "a.dev.example.com", listen: "127.0.0.1", httpPort: 80, httpsPort: 443,
                    certificate: certificate), allowed: ["10.0.0.0/8"])
        ])
        #expect(try ProcessState(routed.sealed) == routed && routed.entrypoints["web"]?.listen == nil)
        #expect(routed.certificates == [certificate.identifier: certificate.pem])
        #expect("\(routed)".contains("PRIVATE KEY") == false)
        let plain = try state()
        #expect("\(plain)".contains("token-value") == false)
        #expect(try ProcessState.slot(after: nil) == .a)
        #expect(try ProcessState.slot(after: state().sealed) == .a)
    }

    /// What a server before replicas has recorded, and one replica is recorded in its way.
    @Test func theRecordOfOneProcessIsReadByOlderServersToo() throws {
        let old = """
            {"artifact":"tree-ab","certificates":{},"command":["./hello"],"directory":"/data/x","drain":30000,\
            "entrypoints":{"web":{"listen":3003,"port":"http"}},"environment":{"PORT":"3001"},\
            "health":{"deadline":60000,"interval":5000,"port":"http","timeout":1500},\
            "limits":{"cpuMillis":500,"memoryBytes":268435456},"ports":{"http":3001},"run":"01d",\
            "secrets":["token-value"],"slot":"b","version":1}
            """
        let state = try state()
        #expect(try ProcessState(Secret(old)) == state && state.runs == ["01d"])
        #expect(state.json["version"] == 1)

        var several = state
        several.further = [2, 3].map { number in
            ProcessState.Replica(
                run: "01d-\(number)", ports: ["http": 3001 + number], command: [Secret("./hello")],
                environment: ["PORT": Secret("\(3001 + number)")])
        }
        #expect(try ProcessState(several.sealed) == several && several.json["version"] == 2)
        #expect(several.replicas.map(\.ports["http"]) == [3001, 3003, 3004])
        #expect(several.runs.map(ProcessState.deployment) == ["01d", "01d", "01d"])
    }

    @Test func ofSeveralReplicasItIsSaidHowManyAreHealthy() {
        let (good, bad) = (WorkloadObservation(health: .healthy), WorkloadObservation(health: .degraded, reason: "no"))
        let (gone, begun) = (
            WorkloadObservation(health: .missing, reason: "x"), WorkloadObservation(health: .progressing)
        )
        let cases = [
            [good], [good, good], [gone, gone], [good, bad, good], [begun, good], [gone, good], [gone, bad],
        ]
        let texts = cases.map(WorkloadObservation.together).map {
            "\($0.health) \($0.replicas?.description ?? "")\($0.isIncomplete ? " incomplete" : "") \($0.reason ?? "")"
        }
        #expect(
            texts == [
                "healthy 1/1 ", "healthy 2/2 ", "missing 0/2 incomplete x",
                "degraded 2/3 2/3 replicas are healthy; replica 2: no",
                "progressing 1/2 1/2 replicas are healthy; replica 1: progressing",
                "degraded 1/2 incomplete 1/2 replicas are healthy; replica 1: x",
                "degraded 0/2 incomplete 0/2 replicas are healthy; replica 1: x; replica 2: no",
            ])
    }

    @Test(arguments: ["", "{}", "[1]", #"{"version":2}"#, #"{"version":3}"#])
    func otherRecordsAreRefused(_ text: String) {
        let error = #expect(throws: DeploydError.self) { try ProcessState(Secret(text)) }
        #expect(error?.code == .conflict)
    }

    @Test(
        arguments: [
            ([:], [:]),
            (["http": 3001], ["PORT": "3001", "PORT_HTTP": "3001"]),
            (["metrics": 3001], ["PORT": "3001", "PORT_METRICS": "3001"]),
            (["http": 3001, "a-b": 3002], ["PORT": "3001", "PORT_HTTP": "3001", "PORT_A_B": "3002"]),
            (["x": 1, "y": 2], ["PORT_X": "1", "PORT_Y": "2"]),
        ] as [([String: Int], [String: String])])
    func portVariables(_ listen: [String: Int], _ variables: [String: String]) {
        #expect(ProcessVariables.ports(listen) == variables)
    }

    @Test func aServiceIsGivenItsOwnAndTheDriversVariablesOnly() {
        let request = request()
        let variables = ProcessVariables.service(request.spec, request.addresses, path: "/bin", home: "/home")
        #expect(
            variables.mapValues { $0.reveal() }
                == ["A": "own", "PORT": "3001", "PATH": "/bin", "HOME": "/home", "LANG": "C.UTF-8"])
    }

    @Test func everyPurposeIsReservedAtOnce() {
        #expect(
            PortPlan(ports: ["admin", "http"], entrypoints: ["web"]).purposes == [
                "service/admin/a", "service/admin/b", "service/http/a", "service/http/b", "entrypoint/web",
            ])
        #expect(
            PortPlan(ports: ["http"], entrypoints: ["web"], replicas: 2).purposes == [
                "service/http/a", "service/http/b", "service/http/a/2", "service/http/b/2", "entrypoint/web",
            ])
    }

    @Test(arguments: [
        (true, true, true, "build beforeDeploy start health switch! stop the previous version"),
        (false, true, false, "source start health switch!"),
        (false, false, true, "source start health! stop the previous version"),
    ])
    func stepsAndTheCommitAmongThem(_ build: Bool, _ entrypoints: Bool, _ previous: Bool, _ expected: String) {
        let steps = ProcessSteps.list(
            WorkloadShape(
                hasBuild: build, hasBeforeDeploy: build, hasEntrypoints: entrypoints, hasPrevious: previous))
        #expect(steps.map { $0.isCommit ? "\($0.name)!" : $0.name }.joined(separator: " ") == expected)
    }

    @Test func buildsRunInTheServicesFolderWithThreeVariables() async throws {
        let paths = ProcessLayout(data: "/data").artifact("hello", "tree-ab")
        let command = ArtifactBuilder.command(["make", "all"], paths, folder: "services/a", path: "/bin")
        #expect(command.executable == "make" && command.arguments == ["all"] && command.mergesErrorOutput)
        #expect(command.directory == "/data/artifacts/hello/tree-ab/source/services/a")
        #expect(
            command.environment == [
                "PATH": "/bin", "HOME": "/data/artifacts/hello/tree-ab/home", "LANG": "C.UTF-8",
            ])
    }

    @Test func outputIsHandedOverLineByLine() {
        let log = RecordedLog()
        let output = BuildOutput(log, remembered: 2)
        for piece in ["on", "e\ntwo\r\n\n", "three"] { output.take(Array(piece.utf8)) }
        output.finish()
        #expect(log.lines == ["one", "two", "", "three"])
        #expect(output.lastLines == ["two", "three"])
    }

    @Test(arguments: [(200, "0.2 s"), (60_000, "60 s"), (1000, "1 s"), (12_345, "12 s"), (9_950, "10 s")])
    func durations(_ milliseconds: Int64, _ text: String) {
        #expect(Duration.milliseconds(milliseconds).inSeconds == text)
    }
}
