import Core
import Crypto
import Formats

/// A program that prints credentials, as those of EKS, GKE and AKS do.
///
/// https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins
public struct ExecPlugin: Sendable {
    public enum Version: String, Sendable, CaseIterable {
        case v1 = "client.authentication.k8s.io/v1"
        case v1beta1 = "client.authentication.k8s.io/v1beta1"
    }

    public let version: Version
    /// A name to be looked for in `PATH`, or an absolute path.
    public let command: String
    public let arguments: [String]
    /// What is set besides the environment of deployd.
    public let variables: [String: String]
    public let installHint: String?
    /// The user it is for and where that is written, for messages.
    public let owner: String
    /// What `KUBERNETES_EXEC_INFO` says of the cluster; nil where the plugin is not to know.
    let cluster: JSONValue?

    init(
        _ settings: Kubeconfig.PluginSettings, user: Kubeconfig.Entry<Kubeconfig.User>,
        cluster: Kubeconfig.Entry<Kubeconfig.Cluster>
    ) throws(DeploydError) {
        owner = "user '\(user.name)' (\(user.origin))"
        func refused(_ reason: String) -> DeploydError {
            DeploydError(.invalid, "\(user.origin): user '\(user.name)': \(reason)")
        }
        guard let version = settings.apiVersion.flatMap(Version.init(rawValue:)) else {
            let known = Version.allCases.map(\.rawValue).joined(separator: " and ")
            let found = settings.apiVersion.map { "'\(shortened($0))'" } ?? "nothing"
            throw refused(
                "the exec plugin's apiVersion is \(found); \(known) are known: update the plugin")
        }
        guard let command = settings.command else { throw refused("exec has no command") }
        // deployd has no terminal.
        if settings.interactiveMode == "Always" {
            throw refused(
                "the exec plugin '\(shortened(command))' asks people for input (interactiveMode: Always)")
        }
        self.version = version
        // As kubectl has it: what holds a slash starts at the file's directory.
        let isRelative = command.contains("/") && !command.hasPrefix("/")
        let directory = user.origin.lastIndex(of: "/").map { String(user.origin[..<$0]) } ?? "."
        self.command = isRelative ? "\(directory)/\(command)" : command
        arguments = settings.arguments
        variables = settings.variables
        installHint = settings.installHint.map {
            shortened($0.split(separator: "\n").joined(separator: " "), limit: 300)
        }
        self.cluster = settings.providesCluster ? ExecPlugin.described(cluster.value) : nil
    }

    private static func described(_ cluster: Kubeconfig.Cluster) -> JSONValue {
        var members: [String: JSONValue] = [:]
        members["server"] = cluster.server.map(JSONValue.string)
        members["tls-server-name"] = cluster.serverName.map(JSONValue.string)
        if cluster.skipsVerification { members["insecure-skip-tls-verify"] = true }
        if case .data(let bytes) = cluster.authorities {
            members["certificate-authority-data"] = .string(Base64.encode(bytes))
        }
        members["proxy-url"] = cluster.proxy.map(JSONValue.string)
        members["config"] = cluster.pluginConfiguration
        return .object(members)
    }

    /// `KUBERNETES_EXEC_INFO`.
    /// - Parameter authorities: the cluster's, where a file holds them.
    func information(authorities: [UInt8]?) -> JSONValue {
        var specification: [String: JSONValue] = ["interactive": false]
        if var members = cluster?.object {
            if let authorities, members["certificate-authority-data"] == nil {
                members["certificate-authority-data"] = .string(Base64.encode(authorities))
            }
            specification["cluster"] = .object(members)
        }
        return [
            "apiVersion": .string(version.rawValue), "kind": "ExecCredential",
            "spec": .object(specification),
        ]
    }
}
