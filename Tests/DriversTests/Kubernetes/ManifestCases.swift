import Core
import Model

@testable import Drivers

/// Services of every sort, each with objects of its own names, so that one cluster can have them all.
enum ManifestCases {
    static let all: [(name: String, workload: KubernetesWorkload)] = [
        ("small", workload("small")),
        ("full", full()),
        ("autoscaled", autoscaled()),
        ("worker", worker()),
        ("load-balancer", loadBalancer()),
        ("blue-green", blueGreen(serving: .blue)),
        ("blue-green-switched", blueGreen(serving: .green)),
        ("append-only", appendOnly()),
        ("long-names", longNames()),
        ("patched", patched()),
    ]

    static func workload(
        _ name: String, version: String = "4c8d7e9f0a1b2c3d4e5f60718293a4b5c6d7e8f9", apis: APIVersions = .current,
        health: HealthProbe.Kind = .tcp(port: "http"), ports: [String: Int] = ["http": 5000],
        command: [String] = [], beforeDeploy: [String]? = nil, environment: [String: String] = [:],
        limits: WorkloadLimits = WorkloadLimits(), entrypoints: [String: WorkloadEntrypoint] = [:],
        secrets: [String] = [], settings: KubernetesSettings = KubernetesSettings(access: .inCluster),
        _ change: (inout WorkloadSpec) -> Void = { _ in }
    ) -> KubernetesWorkload {
        var spec = WorkloadSpec(
            build: nil, command: command.map(Secret.init), beforeDeploy: beforeDeploy?.map(Secret.init),
            environment: environment.mapValues(Secret.init), ports: ports,
            health: HealthProbe(kind: health, interval: .seconds(5), timeout: .seconds(2), deadline: .seconds(60)),
            limits: limits, drain: .seconds(30), entrypoints: entrypoints, secrets: secrets.map(Secret.init))
        spec.image = ImageReference(
            name: "registry.example.com/acme/\(name.prefix(20))", digest: "sha256:\(String(repeating: "4b", count: 32))"
        )
        change(&spec)
        return KubernetesWorkload(
            identity: InstanceIdentity(application: name, target: "develop-a"), environment: "development",
            world: "develop", version: version, deployment: "01jexampledeployment000001", namespace: "develop",
            spec: spec, settings: settings, apis: apis, hashKey: Secret("key"))
    }

    private static func route(_ host: String, tls: String? = nil) -> WorkloadEntrypoint.Route {
        WorkloadEntrypoint.Route(
            host: host, listen: "127.0.0.1", httpPort: 80, httpsPort: 443, certificate: nil, tlsSecret: tls)
    }

    static func full() -> KubernetesWorkload {
        var settings = KubernetesSettings(access: .inCluster)
        settings.ingressClass = "nginx"
        settings.imagePullSecrets = ["registry"]
        return workload(
            "full", version: "v1.2.0+build/7", health: .http(path: "/healthz", port: "http"),
            ports: ["http": 5000, "admin": 5001], command: ["./hello", "--key=hunter2", "--price", "$(HOME) $5"],
            beforeDeploy: ["./migrate", "hunter2"], environment: ["LOG_LEVEL": "info", "DATABASE_URL": "hunter2"],
            limits: WorkloadLimits(cpuMillis: 1500, memoryBytes: 256 << 20),
            entrypoints: [
                "web": WorkloadEntrypoint(port: "http", route: route("full.example.com", tls: "wildcard")),
                "admin": WorkloadEntrypoint(
                    port: "admin", path: "/admin", route: route("admin.example.com"),
                    allowed: ["203.0.113.0/24", "2001:db8::/32"]),
            ], secrets: ["hunter2"], settings: settings
        ) { spec in
            spec.secretVariables = ["DATABASE_URL"]
            spec.replicas = 3
            spec.labels = ["team": "shop", "deployd.dev/target": "other", "app.kubernetes.io/component": "web"]
            spec.kubernetes = KubernetesOptions(hasReadOnlyRoot: true, user: 1000, serviceAccount: "full")
        }
    }

    static func autoscaled() -> KubernetesWorkload {
        workload("autoscaled") { $0.autoscaling = Autoscaling(minimum: 2, maximum: 10, cpuPercent: 80) }
    }

    private static func worker() -> KubernetesWorkload {
        workload("worker", health: .staysUp(.milliseconds(4500)), ports: [:], command: ["./worker"])
    }

    private static func loadBalancer() -> KubernetesWorkload {
        var settings = KubernetesSettings(access: .inCluster)
        settings.exposure = .loadBalancer
        return workload(
            "balanced", ports: ["http": 80, "admin": 5001, "metrics": 9090],
            entrypoints: [
                "web": WorkloadEntrypoint(port: "http", route: route("balanced.example.com")),
                "admin": WorkloadEntrypoint(port: "admin", allowed: ["203.0.113.0/24"]),
                "closed": WorkloadEntrypoint(port: "metrics", allowed: []),
            ], settings: settings)
    }

    private static func blueGreen(serving: Track) -> KubernetesWorkload {
        var workload = workload("colours") {
            $0.strategy = .blueGreen(keepOld: .seconds(600))
            $0.replicas = 2
        }
        workload.track = .green
        workload.serving = serving
        return workload
    }

    private static func appendOnly() -> KubernetesWorkload {
        var workload = workload("appended", version: "v2.0.1") { $0.strategy = .appendOnly(keep: 3) }
        workload.track = .release(ObjectNames.release("v2.0.1"))
        workload.serving = workload.track
        return workload
    }

    private static func longNames() -> KubernetesWorkload {
        let name = "a-service-whose-name-has-as-many-characters-as-a-label-can-hold"
        var workload = workload(
            name, version: String(repeating: "Ünïcode/", count: 20),
            health: .http(path: "/", port: "the-port-of-the-administrators"),
            ports: ["http": 5000, "the-port-of-the-administrators": 5001, "9": 5002],
            beforeDeploy: ["true"], environment: ["A": "1"],
            entrypoints: [
                "the-entrypoint-of-the-administrators": WorkloadEntrypoint(
                    port: "the-port-of-the-administrators", route: route("long.example.com"))
            ]
        ) { $0.strategy = .blueGreen(keepOld: .zero) }
        workload.track = .blue
        workload.serving = .blue
        return workload
    }

    private static func patched() -> KubernetesWorkload {
        workload(
            "patched", environment: ["A": "1"],
            entrypoints: ["web": WorkloadEntrypoint(port: "http", route: route("patched.example.com"))]
        ) { spec in
            spec.kubernetes.patches = [
                KubernetesOptions.Patch(
                    kind: "Deployment", name: nil,
                    change: .strategic([
                        "spec": [
                            "template": [
                                "spec": [
                                    "terminationGracePeriodSeconds": 60,
                                    "containers": [
                                        [
                                            "name": "patched",
                                            "env": [
                                                [
                                                    "name": "NODE",
                                                    "valueFrom": ["fieldRef": ["fieldPath": "spec.nodeName"]],
                                                ]
                                            ],
                                        ],
                                        ["name": "sidecar", "image": "registry.example.com/acme/sidecar:1"],
                                    ],
                                ]
                            ]
                        ]
                    ])),
                KubernetesOptions.Patch(
                    kind: "Ingress", name: "patched-web",
                    change: .json([
                        ["op": "add", "path": "/metadata/annotations", "value": ["example.com/timeout": "5s"]]
                    ])),
            ]
        }
    }
}
