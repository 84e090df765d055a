import Core
import Formats
import Glibc
import Kubernetes
import TestSupport
import Testing

@Suite struct KubeconfigTests {
    private static let pem = "LS0tLS1CRUdJTiBYLS0tLS0K"  // -----BEGIN X-----

    /// The parts of a whole file, of which a test replaces one.
    private func file(
        cluster: String = "{server: 'https://h:6443/'}", user: String = "{token: t}",
        context: String = "{cluster: c, user: u}", rest: String = "current-context: x"
    ) -> String {
        """
        apiVersion: v1
        kind: Config
        preferences: {colors: true}
        clusters:
        - {name: c, cluster: \(cluster)}
        users:
        - {name: u, user: \(user)}
        contexts:
        - {name: x, context: \(context)}
        \(rest)
        """
    }

    private func connection(_ text: String) throws -> ClusterConnection {
        try Kubeconfig.parse(Array(text.utf8), file: "/k/config").get().connection()
    }

    @Test func readsWhatPeopleHave() throws {
        func summary(_ text: String) throws -> String {
            let found = try connection(text)
            let authorization: String =
                switch found.credential.authorization {
                case nil: "-"
                case .token(let token): "token \(token.reveal())"
                case .tokenFile(let path): "file \(path)"
                case .basic(let user, let password): "basic \(user):\(password.reveal())"
                case .plugin(let plugin): "plugin \(plugin.command) \(plugin.arguments) \(plugin.variables)"
                }
            return [
                found.server, "\(found.authorities.map { "\($0)" } ?? "-")", found.serverName ?? "-",
                "\(found.verifiesServer)", found.proxy ?? "-", authorization,
                "\(found.credential.certificate.map { "\($0)" } ?? "-")", found.namespace,
                found.impersonation.map { "\($0.header)=\($0.value)" }.joined(separator: ","),
            ].joined(separator: " | ")
        }
        let exec =
            "{exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws, args: [eks, get-token], env: null}}"
        let near =
            "{exec: {apiVersion: client.authentication.k8s.io/v1, command: ./bin/p, interactiveMode: Never, "
            + "env: [{name: A, value: b}]}}"
        let cases: [(String, String)] = [
            (file(), "https://h:6443 | - | - | true | - | token t | - | default | "),
            (
                file(
                    cluster: "{server: 'https://h', certificate-authority-data: \(Self.pem), tls-server-name: n}",
                    context: "{cluster: c, user: u, namespace: prod}"),
                "https://h | data | n | true | - | token t | - | prod | "
            ),
            (
                file(
                    cluster: "{server: 'http://h', certificate-authority: ca.crt, proxy-url: 'http://p:1'}",
                    user: "{client-certificate: /a/c.crt, client-key-data: \(Self.pem), tokenFile: t, token: u}"),
                "http://h | /k/ca.crt | - | true | http://p:1 | file /k/t | /a/c.crt | default | "
            ),
            (
                file(
                    cluster: "{server: 'https://h', insecure-skip-tls-verify: true, proxy-url: ''}",
                    user: "{username: a, password: b, as: c, as-groups: [d, e]}"),
                "https://h | - | - | false | - | basic a:b | - | default | "
                    + "Impersonate-User=c,Impersonate-Group=d,Impersonate-Group=e"
            ),
            (
                file(user: exec),
                "https://h:6443 | - | - | true | - | plugin aws [\"eks\", \"get-token\"] [:] | - | default | "
            ),
            (
                file(user: near),
                "https://h:6443 | - | - | true | - | plugin /k/./bin/p [] [\"A\": \"b\"] | - | default | "
            ),
            (file(context: "{cluster: c}"), "https://h:6443 | - | - | true | - | - | - | default | "),
            (file(user: "{}"), "https://h:6443 | - | - | true | - | - | - | default | "),
        ]
        for (text, expected) in cases { #expect(try summary(text) == expected) }
    }

    @Test func saysWhatIsWrongAndWhere() {
        let version = "apiVersion: client.authentication.k8s.io/v1"
        let cases: [(String, String)] = [
            ("", "/k/config:1:1: the file is empty"),
            ("- a", "/k/config:1:1: expected a mapping, found a list"),
            ("kind: Pod", "/k/config:1:7: kind: expected Config, found 'Pod': this is no kubeconfig"),
            ("clusters: {}", "/k/config:1:11: clusters: expected a list, found a mapping"),
            (file(cluster: "[]"), "/k/config:5:22: clusters[0].cluster: expected a mapping, found a list"),
            (
                file(cluster: "{certificate-authority-data: '*'}"),
                "/k/config:5:51: clusters[0].cluster.certificate-authority-data: not valid base 64"
            ),
            (
                file(user: "{client-key-data: YQ==}"),
                "/k/config:7:37: users[0].user.client-key-data: not PEM in base 64: encode the whole file, "
                    + "with its BEGIN and END lines"
            ),
            (
                file(cluster: "{insecure-skip-tls-verify: 'yes'}"),
                "/k/config:5:49: clusters[0].cluster.insecure-skip-tls-verify: expected true or false, found 'yes'"
            ),
            (file(rest: ""), "/k/config: no current-context; name a context; there is x"),
            (file(rest: "current-context: y"), "/k/config: there is no context 'y'; there is x"),
            (file(context: "{user: u}"), "/k/config:9: the context 'x' names no cluster"),
            (file(context: "{cluster: d}"), "/k/config:9: there is no cluster 'd'; there is c"),
            (file(context: "{cluster: c, user: long}"), "/k/config:9: there is no user 'long'; there is u"),
            (file(cluster: "{server: 'h:1'}"), "/k/config:5: the server of cluster 'c' must be a URL of https or http"),
            (
                file(cluster: "{server: 'https://h', insecure-skip-tls-verify: true, certificate-authority: a}"),
                "/k/config:5: cluster 'c' has certificate-authority and insecure-skip-tls-verify: remove one of them"
            ),
            (
                file(cluster: "{server: 'https://h', proxy-url: 'ftp://u:secret@p'}"),
                "/k/config:5: the proxy-url of cluster 'c' must be of http, https or socks5"
            ),
            (file(user: "{client-key: k}"), "/k/config:7: user 'u': client-key has no client-certificate"),
            (file(user: "{client-certificate: k}"), "/k/config:7: user 'u': client-certificate has no client-key"),
            (
                file(user: "{username: a, token: b}"),
                "/k/config:7: user 'u': username and token exclude each other: remove one"
            ),
            (
                file(user: "{auth-provider: {name: gcp}}"),
                "/k/config:7: user 'u': auth-provider 'gcp' is no longer part of Kubernetes: use its exec plugin instead"
            ),
            (
                file(user: "{exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: a}}"),
                "/k/config:7: user 'u': the exec plugin's apiVersion is 'client.authentication.k8s.io/v1alpha1'; "
                    + "client.authentication.k8s.io/v1 and client.authentication.k8s.io/v1beta1 are known: "
                    + "update the plugin"
            ),
            (file(user: "{exec: {\(version)}}"), "/k/config:7: user 'u': exec has no command"),
            (
                file(user: "{exec: {\(version), command: a, interactiveMode: Always}}"),
                "/k/config:7: user 'u': the exec plugin 'a' asks people for input (interactiveMode: Always)"
            ),
            (
                file(user: "{as-user-extra: {a: [b]}}"),
                "/k/config:7: user 'u': as-user-extra is not supported: leave it out"
            ),
        ]
        for (text, expected) in cases {
            let error = #expect(throws: DeploydError.self) { try connection(text) }
            #expect(error?.message == expected)
        }
    }

    /// Of one name the first counts, of several files those that are missing are passed over.
    @Test func putsFilesTogether() throws {
        let directory = TemporaryDirectory("kubeconfig")
        try write(file(), to: directory.appending("a"))
        let other = file(
            cluster: "{server: 'https://other'}", context: "{cluster: c, user: v}", rest: "current-context: z"
        ).replacing("name: u", with: "name: v").replacing("name: x", with: "name: z")
        try write(other, to: directory.appending("b"))
        let merged = try Kubeconfig.load(["a", "none", "b"].map(directory.appending))
        #expect(merged.users.map(\.name) == ["u", "v"] && merged.contexts.map(\.name) == ["x", "z"])
        #expect(try merged.connection().server == "https://h:6443")
        #expect(try merged.connection(context: "z").server == "https://h:6443", "the first cluster of that name")
        let missing = #expect(throws: DeploydError.self) { try Kubeconfig.load([directory.appending("none")]) }
        #expect(missing?.code == .notFound && missing?.message.contains("none") == true)
        #expect(Kubeconfig.paths(environment: ["KUBECONFIG": "/a::/b", "HOME": "/h"]) == ["/a", "/b"])
        #expect(Kubeconfig.paths(environment: ["HOME": "/h"]) == ["/h/.kube/config"])
    }

    @Test func findsThePodsOwnAccount() throws {
        let directory = TemporaryDirectory("account")
        let environment = ["KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT": "443"]
        func find(_ environment: [String: String]) throws -> ClusterConnection {
            try ClusterConnection.inCluster(environment: environment, directory: directory.path)
        }
        #expect(throws: DeploydError.self) { try find([:]) }
        let missing = #expect(throws: DeploydError.self) { try find(environment) }
        #expect(missing?.message.contains("automountServiceAccountToken") == true)
        for (name, text) in [("namespace", "prod\n"), ("token", "t"), ("ca.crt", "c")] {
            try write(text, to: directory.appending(name))
        }
        let found = try find(environment)
        #expect([found.server, found.namespace] == ["https://[fd00::1]:443", "prod"])
        #expect(found.authorities == .file(directory.appending("ca.crt")))
    }
}
