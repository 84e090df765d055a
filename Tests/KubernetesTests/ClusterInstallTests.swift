import Core
import Glibc
import System
import TestSupport
import Testing

enum InstallTools {
    /// The checkout that these tests are of.
    static let root = #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined()
    /// Where helm and kubectl are; nil before scripts/install-helm has brought them.
    static let folder: String? = {
        let folder = "\(root)/.build/helm"
        return access("\(folder)/version", R_OK) == 0 ? folder : nil
    }()
}

/// The manifests and the chart that put deployd on a cluster, applied to a real API server by a real kubectl and Helm.
@Suite(
    .serialized,
    .enabled(
        if: ControlPlane.assets != nil && InstallTools.folder != nil,
        "NOT RUN: installing deployd on a real API server; set KUBEBUILDER_ASSETS, and run scripts/install-helm"),
    .clusterServer)
struct ClusterInstallTests {
    private let tools: String
    private let directory = TemporaryDirectory("install")
    private let runner: CommandRunner

    init() throws {
        let plane = try #require(ClusterServerTrait.current)
        tools = try #require(InstallTools.folder)
        runner = try CommandRunner()
        let config = """
            apiVersion: v1
            kind: Config
            current-context: admin
            contexts: [{ name: admin, context: { cluster: plane, user: admin } }]
            clusters: [{ name: plane, cluster: { server: "\(plane.url)", certificate-authority: "\(plane.path("ca.crt"))" } }]
            users: [{ name: admin, user: { token: admin-token } }]

            """
        try Files.write(Array(config.utf8), to: directory.appending("kubeconfig"))
    }

    private func result(_ program: String, _ arguments: [String]) async throws -> CommandResult {
        let environment = [
            "PATH": "/usr/bin:/bin", "HOME": directory.path, "KUBECONFIG": directory.appending("kubeconfig"),
        ]
        return try await runner.run(
            Command("\(tools)/\(program)", arguments, environment: environment, directory: InstallTools.root),
            deadline: .seconds(120), outputLimit: 4 << 20)
    }

    /// - Returns: what it prints, on both streams.
    @discardableResult
    private func run(_ program: String, _ arguments: String..., fails: Bool = false) async throws -> String {
        let result = try await result(program, arguments)
        #expect(result.succeeded != fails, "\(program) \(arguments): \(result.errorText)")
        return result.text + result.errorText
    }

    @Test(arguments: [".", "every-namespace", "ingress"]) func kubectlAppliesIt(variant: String) async throws {
        let folder = "deploy/kubernetes/\(variant)"
        try await run("kubectl", "apply", "--server-side", "-k", folder)
        // The server keeps all of it, and the second time changes nothing.
        #expect(try await run("kubectl", "diff", "--server-side", "-k", folder) == "")
        let account = "system:serviceaccount:deployd:deployd"
        var answers: [String] = []
        for (verb, resource, namespace) in [
            ("patch", "deployments", "services"), ("patch", "deployments", "elsewhere"), ("get", "secrets", "deployd"),
            ("update", "roles", "services"),
        ] {
            let question = ["auth", "can-i", verb, resource, "-n", namespace, "--as", account]
            let result = try await result("kubectl", question)
            answers.append(String(result.text.prefix { !$0.isNewline }))
        }
        #expect(answers == (variant == "every-namespace" ? ["yes", "yes", "yes", "no"] : ["yes", "no", "no", "no"]))
        // The rest stays for the next variant: namespaces of this server never go, since nothing acts on them.
        for resource in ["clusterrolebinding", "clusterrole"] {
            try await run("kubectl", "delete", resource, "deployd", "--ignore-not-found")
        }
    }

    @Test func helmInstallsUpgradesAndRemovesIt() async throws {
        let chart = "deploy/helm/deployd"
        func names() async throws -> [String] {
            let kinds = "serviceaccount,statefulset,service,configmap,role,rolebinding,ingress.networking.k8s.io"
            let text = try await run(
                "kubectl", "get", kinds, "-A", "-o", "name", "-l", "app.kubernetes.io/instance=trial")
            return text.split(separator: "\n").map(String.init).sorted()
        }
        try await run("helm", "lint", "--strict", chart)
        let place = "places[0].world=a,places[0].namespace=trial-services,places[0].create=true"
        let notes = try await run(
            "helm", "install", "trial", chart, "-n", "trial", "--create-namespace", "--set", place)
        #expect(notes.contains("the namespace trial-services, by the world a"))
        #expect(
            try await names() == [
                "configmap/trial-deployd-worlds", "role.rbac.authorization.k8s.io/trial-deployd",
                "rolebinding.rbac.authorization.k8s.io/trial-deployd", "service/trial-deployd",
                "serviceaccount/trial-deployd",
                "statefulset.apps/trial-deployd",
            ])
        let upgrade = try await run(
            "helm", "upgrade", "trial", chart, "-n", "trial", "--set", place, "--set", "ingress.enabled=true", "--set",
            "resourceRepositories.acme.repository\\.yaml=repository: acme")
        #expect(upgrade.contains("reached at http://deployd.example.com"))
        #expect(try await names().count == 8)
        try await run("helm", "uninstall", "trial", "-n", "trial")
        #expect(try await names() == [])
        let left = try await run("kubectl", "get", "namespace", "trial-services", "-o", "jsonpath={.status.phase}")
        #expect(left == "Active")
    }

    @Test func theChartRefusesWhatItDoesNotKnow() async throws {
        let cases = [
            ("image.tga=1", "additional properties 'tga' not allowed"), ("rbac.scope=all", "rbac/scope"),
            ("places[0].world=A", "places/0/world"), ("places[0].settings.namespace=x", "places/0/settings"),
            ("env[0].name=DEPLOYD_DATA", "env/0/name"), ("image.digest=latest", "image/digest"),
            ("worlds.a=b", "invalid propertyName 'a'"), ("serviceAccount.create=false", "name the existing account"),
            ("replicas=2", "additional properties 'replicas' not allowed"),
        ]
        for (value, message) in cases {
            var arguments = ["places[0].world=a,places[0].namespace=b", value]
            if value.hasPrefix("places[0].world") { arguments[0] = "places[0].namespace=b" }
            let text = try await run(
                "helm", "template", "deployd", "deploy/helm/deployd", "--set", arguments[0], "--set", arguments[1],
                fails: true)
            #expect(text.contains(message), "\(value): \(text)")
        }
    }
}
