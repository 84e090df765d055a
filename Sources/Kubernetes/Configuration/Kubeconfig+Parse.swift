import Core
public import Formats

extension Kubeconfig {
    /// Files of clusters that were made by machines can be long.
    static let limits = YAMLLimits(size: 4 << 20, nodes: 200_000)

    /// Reads one file.
    /// - Parameters:
    ///   - file: its absolute path, which relative paths in it start from.
    ///   - diagnostics: gets what is wrong, by line and field.
    public static func parse(_ bytes: [UInt8], file: String) -> Parsed<Kubeconfig> {
        let diagnostics = Diagnostics(file: file)
        let documents = YAML.documents(bytes, diagnostics: diagnostics, limits: limits)
        guard let document = documents.first, !document.isNull else {
            if diagnostics.isEmpty { diagnostics.report(.start, .root, "the file is empty") }
            return diagnostics.outcome(nil)
        }
        return diagnostics.outcome(
            KubeconfigReader(file: file).read(Place(document, diagnostics: diagnostics)))
    }
}

private struct KubeconfigReader {
    let file: String
    let directory: String

    init(file: String) {
        self.file = file
        directory =
            file.lastIndex(of: "/").map { $0 == file.startIndex ? "" : String(file[..<$0]) } ?? "."
    }

    func read(_ place: Place) -> Kubeconfig? {
        guard let root = KubeconfigMapping(place, directory: directory) else { return nil }
        if let kind = root.text("kind"), kind != "Config" {
            root.place["kind"].fail("expected Config, found '\(shortened(kind))': this is no kubeconfig")
            return nil
        }
        var config = Kubeconfig()
        config.files = [file]
        config.clusters = entries(root, "clusters", "cluster", cluster)
        config.users = entries(root, "users", "user", user)
        config.contexts = entries(root, "contexts", "context", context)
        config.currentContext = root.text("current-context")
        return config
    }

    /// `- name: NAME` and what is in `key`.
    private func entries<Value: Sendable>(
        _ root: KubeconfigMapping, _ list: String, _ key: String, _ read: (KubeconfigMapping) -> Value
    ) -> [Kubeconfig.Entry<Value>] {
        root.mappings(list).compactMap { entry in
            guard let name = entry.text("name") else {
                entry.place["name"].fail("missing: expected a name")
                return nil
            }
            // An entry without settings is allowed: a user of no rights, for one.
            let empty = Place(YAMLNode(.mapping([])), diagnostics: entry.place.diagnostics)
            guard let settings = entry.mapping(key) ?? KubeconfigMapping(empty, directory: directory)
            else {
                return nil
            }
            return Kubeconfig.Entry(name: name, value: read(settings), origin: "\(file):\(entry.line)")
        }
    }

    private func cluster(_ settings: KubeconfigMapping) -> Kubeconfig.Cluster {
        var cluster = Kubeconfig.Cluster()
        cluster.server = settings.text("server")
        cluster.authorities = settings.pem("certificate-authority")
        cluster.serverName = settings.text("tls-server-name")
        cluster.skipsVerification = settings.flag("insecure-skip-tls-verify")
        cluster.proxy = settings.text("proxy-url")
        let plugin = settings.mappings("extensions").first {
            $0.text("name") == "client.authentication.k8s.io/exec"
        }
        cluster.pluginConfiguration = plugin?.place["extension"].node.json
        return cluster
    }

    private func context(_ settings: KubeconfigMapping) -> Kubeconfig.Context {
        Kubeconfig.Context(
            cluster: settings.text("cluster"), user: settings.text("user"),
            namespace: settings.text("namespace"))
    }

    private func user(_ settings: KubeconfigMapping) -> Kubeconfig.User {
        var user = Kubeconfig.User()
        user.certificate = settings.pem("client-certificate")
        user.key = settings.pem("client-key")
        user.token = settings.secret("token")
        user.tokenFile = settings.path("tokenFile")
        user.name = settings.text("username")
        user.password = settings.secret("password")
        user.plugin = settings.mapping("exec").map(plugin)
        user.provider = settings.mapping("auth-provider").map { $0.text("name") ?? "unnamed" }
        user.impersonation =
            [("as", "Impersonate-User"), ("as-uid", "Impersonate-Uid")].compactMap { key, header in
                settings.text(key).map { ClusterConnection.Impersonation(header: header, value: $0) }
            }
            + settings.texts("as-groups").map {
                ClusterConnection.Impersonation(header: "Impersonate-Group", value: $0)
            }
        user.impersonatesExtra = settings.mapping("as-user-extra")?.place.node.mapping?.isEmpty == false
        return user
    }

    private func plugin(_ settings: KubeconfigMapping) -> Kubeconfig.PluginSettings {
        var plugin = Kubeconfig.PluginSettings()
        plugin.apiVersion = settings.text("apiVersion")
        plugin.command = settings.text("command")
        plugin.arguments = settings.texts("args")
        for variable in settings.mappings("env") {
            guard let name = variable.text("name") else {
                variable.place["name"].fail("missing: expected the variable's name")
                continue
            }
            plugin.variables[name] = variable.text("value") ?? ""
        }
        plugin.installHint = settings.text("installHint")
        plugin.providesCluster = settings.flag("provideClusterInfo")
        plugin.interactiveMode = settings.text("interactiveMode")
        return plugin
    }
}
