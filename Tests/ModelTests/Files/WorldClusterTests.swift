import Core
import Formats
import Model
import Testing

/// Clusters and registries of world files, with what they refer to.
struct WorldClusterTests {
    private static func secrets(_ environment: [String: String]) -> WorldSecrets {
        let files = [
            "kube.yaml": "kind: Config\nusers: []\n", "paths": "a:~/b:/c\n", "empty": "\n", "word": "hunter2\n",
        ]
        return WorldSecrets(environment: environment) { reference, _ in
            guard case .scheme(let scheme, let name) = reference.target,
                let text = scheme == "env" ? environment[name] : files[name]
            else { throw DeploydError(.notFound, "there is no \(reference)") }
            return Secret(text)
        }
    }

    private func assembled(_ keys: String, _ environment: [String: String]?) -> Parsed<World> {
        let file = WorldFile.parse(Array("world: a\n\(keys)\n".utf8), file: "worlds/a.yaml")
        guard let value = file.value else { return Parsed(value: nil, diagnostics: file.diagnostics) }
        let topology = Topology.assemble([value], repositories: [], secrets: environment.map(Self.secrets))
        return Parsed(value: topology.value?.worlds["a"], diagnostics: topology.diagnostics)
    }

    /// How the cluster is reached, or what people are told.
    private func access(_ settings: String, _ environment: [String: String]?) -> String {
        let read = assembled("capabilities: { deploy:kubernetes: \(settings) }", environment)
        switch read.value?.kubernetes?.access {
        case .inCluster: return "in cluster"
        case .files(let files, let context): return "\(files.joined(separator: " ")) (\(context ?? "-"))"
        case .text(let text, let context): return "\(text.reveal().prefix(12)) (\(context ?? "-"))"
        case nil: return read.diagnostics.map(\.description).joined(separator: "\n")
        }
    }

    @Test func clusters() {
        let user = ["HOME": "/home/d", "KUBECONFIG": "/etc/k:rel"]
        let pod = ["KUBERNETES_SERVICE_HOST": "10.0.0.1"]
        let way = "worlds/a.yaml:2:17: capabilities.deploy:kubernetes"
        let unsaid =
            "\(way): say which cluster it is: kubeconfig (\"${env:KUBECONFIG}\", \"${file:PATH}\" or a path), context, "
            + "or 'inCluster: true' where deployd runs in a pod"
        let cases: [(settings: String, environment: [String: String]?, expected: String)] = [
            ("{ inCluster: true }", user, "in cluster"),
            ("{}", pod, "in cluster"),
            ("{}", user, unsaid),
            ("{ inCluster: false, kubeconfig: k }", pod, "worlds/k (-)"),
            ("{ kubeconfig: \"${file:kube.yaml}\", context: b }", user, "kind: Config (b)"),
            ("{ kubeconfig: \"${file:paths}\" }", user, "worlds/a /home/d/b /c (-)"),
            ("{ kubeconfig: ~/.kube/dev }", user, "/home/d/.kube/dev (-)"),
            ("{ kubeconfig: \"${env:KUBECONFIG}\" }", user, "/etc/k worlds/rel (-)"),
            ("{ kubeconfig: '{\"kind\": \"Config\"}' }", user, "{\"kind\": \"Co (-)"),
            ("{ context: b }", user, "/etc/k worlds/rel (b)"),
            ("{ context: b }", ["HOME": "/h"], "/h/.kube/config (b)"),
            (
                "{ kubeconfig: \"${file:empty}\" }", user,
                "worlds/a.yaml:2:38: capabilities.deploy:kubernetes.kubeconfig: it names no file"
            ),
            (
                "{ kubeconfig: \"${env:NONE}\" }", user,
                "worlds/a.yaml:2:38: capabilities.deploy:kubernetes.kubeconfig: there is no env:NONE"
            ),
            // Where nothing is looked at, as `deployd validate` does it, nothing is missing.
            ("{}", nil, "in cluster"),
            ("{ kubeconfig: \"${env:NONE}\", context: b }", nil, " (b)"),
        ]
        #expect(cases.map { access($0.settings, $0.environment) } == cases.map(\.expected))
    }

    @Test func settings() throws {
        let keys = """
            capabilities:
              deploy:kubernetes:
                { context: c, namespace: shop, drift: heal, exposure: loadBalancer, imagePullSecrets: [a.b, c] }
            dockerConfig: docker/config.json
            registries:
              localhost:5000: { insecure: true }
              registry.example.com: { username: "${env:USERNAME}", password: "${file:word}" }
            """
        let environment = ["HOME": "/h", "USERNAME": "robot"]
        let world = try assembled(keys, environment).get()
        #expect(
            world.kubernetes
                == KubernetesSettings(
                    access: .files(["/h/.kube/config"], context: "c"), namespace: "shop", drift: .heal,
                    exposure: .loadBalancer, imagePullSecrets: ["a.b", "c"]))
        #expect(
            world.kubernetes?.inputs
                == ["exposure": "loadBalancer", "namespace": "shop", "imagePullSecrets": ["a.b", "c"]])
        let credential = RegistryCredential(username: "robot", password: Secret("hunter2"))
        #expect(
            world.registries == [
                "localhost:5000": RegistryAccess(isInsecure: true),
                "registry.example.com": RegistryAccess(credential: credential),
            ])
        #expect(world.dockerConfig == "worlds/docker/config.json" && world.isCluster)
        let tls = "capabilities: { deploy:kubernetes: { context: c } }\nentrypoints: { tls: { secretName: my.tls } }"
        #expect(try assembled(tls, environment).get().entrypoints.tlsSecret == "my.tls")
    }

    /// What the API makes keeps no secrets, and reads nothing of the server's disk.
    @Test func theAPI() {
        func told(_ body: JSONValue) -> [String] {
            ObjectFormat.read(.world, body, name: "a").diagnostics.map { "\($0.path): \($0.message)" }.sorted()
        }
        let cluster = "capabilities.deploy:kubernetes"
        let files = "is for world files on the server's disk; what the API makes"
        let cases: [(JSONValue, [String])] = [
            (["capabilities": ["deploy:kubernetes": ["inCluster": true, "namespace": "shop"]]], []),
            (
                ["capabilities": ["deploy:kubernetes": [:]]],
                ["\(cluster): write 'inCluster: true': what the API makes reaches the cluster that deployd runs in"]
            ),
            (
                ["capabilities": ["deploy:kubernetes": ["kubeconfig": "/etc/k"]]],
                ["\(cluster).kubeconfig: \(files) has 'inCluster: true'"]
            ),
            (
                ["capabilities": ["deploy:kubernetes": ["context": "live"]]],
                ["\(cluster).context: \(files) has 'inCluster: true'"]
            ),
            (
                ["registries": ["localhost:5000": ["insecure": true]], "dockerConfig": "/root/.docker/config.json"],
                ["dockerConfig: \(files) reads no files there"]
            ),
            (
                ["registries": ["a": ["username": "u", "password": "hunter2"]]],
                [
                    "registries.a.password: a secret has no place in the file: use ${env:NAME} or ${file:PATH}",
                    "registries.a.password: \(files) keeps no secrets",
                ]
            ),
        ]
        #expect(cases.map { told($0.0) } == cases.map(\.1))
    }
}
