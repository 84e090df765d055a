public import Core
import Formats

extension Kubeconfig {
    /// What a context stands for.
    /// - Parameter context: its name; the current one when nil.
    /// - Throws: `DeploydError` `invalid`, or `notFound` where a name leads nowhere; the message says where it is written.
    public func connection(context name: String? = nil) throws(DeploydError) -> ClusterConnection {
        guard let name = name ?? currentContext else {
            throw DeploydError(
                .invalid,
                "\(shownFiles): no current-context; name a context\(NearestName.hintOrListing("", in: contexts.map(\.name)))"
            )
        }
        let context = try find(name, in: contexts, "context", askedBy: shownFiles)
        guard let clusterName = context.value.cluster else {
            throw DeploydError(.invalid, "\(context.origin): the context '\(name)' names no cluster")
        }
        let cluster = try find(clusterName, in: clusters, "cluster", askedBy: context.origin)
        var user: Entry<User>?
        var source = CredentialSource()
        if let userName = context.value.user {
            let found = try find(userName, in: users, "user", askedBy: context.origin)
            (user, source) = (found, try credential(of: found, for: cluster))
        }
        let server = try server(of: cluster)
        return ClusterConnection(
            name: "context \(name) of \(shownFiles)", server: server,
            authorities: cluster.value.authorities,
            serverName: cluster.value.serverName, verifiesServer: !cluster.value.skipsVerification,
            proxy: try proxy(of: cluster), credential: source,
            impersonation: user?.value.impersonation ?? [],
            namespace: context.value.namespace ?? "default")
    }

    private var shownFiles: String { files.joined(separator: ":") }

    private func find<Value: Sendable>(
        _ name: String, in entries: [Entry<Value>], _ kind: String, askedBy origin: String
    ) throws(DeploydError) -> Entry<Value> {
        if let entry = entries.first(where: { $0.name == name }) { return entry }
        let hint = NearestName.hintOrListing(name, in: entries.map(\.name))
        throw DeploydError(.notFound, "\(origin): there is no \(kind) '\(shortened(name))'\(hint)")
    }

    private func server(of cluster: Entry<Cluster>) throws(DeploydError) -> String {
        guard let server = cluster.value.server,
            server.hasPrefix("https://") || server.hasPrefix("http://")
        else {
            throw DeploydError(
                .invalid,
                "\(cluster.origin): the server of cluster '\(cluster.name)' must be a URL of https or http")
        }
        if cluster.value.skipsVerification, cluster.value.authorities != nil {
            throw DeploydError(
                .invalid,
                "\(cluster.origin): cluster '\(cluster.name)' has certificate-authority and insecure-skip-tls-verify: "
                    + "remove one of them")
        }
        return String(server.reversed().drop { $0 == "/" }.reversed())
    }

    private func proxy(of cluster: Entry<Cluster>) throws(DeploydError) -> String? {
        guard let proxy = cluster.value.proxy else { return nil }
        guard ["http://", "https://", "socks5://", "socks5h://"].contains(where: proxy.hasPrefix) else {
            // Not shown: it may hold a password.
            throw DeploydError(
                .invalid,
                "\(cluster.origin): the proxy-url of cluster '\(cluster.name)' must be of http, https or socks5"
            )
        }
        return proxy
    }

    private func credential(
        of user: Entry<User>, for cluster: Entry<Cluster>
    ) throws(DeploydError) -> CredentialSource {
        func refused(_ reason: String) -> DeploydError {
            DeploydError(.invalid, "\(user.origin): user '\(user.name)': \(reason)")
        }
        let value = user.value
        if let provider = value.provider {
            throw refused(
                "auth-provider '\(shortened(provider))' is no longer part of Kubernetes: use its exec plugin instead"
            )
        }
        if value.impersonatesExtra { throw refused("as-user-extra is not supported: leave it out") }
        if value.certificate != nil, value.key == nil {
            throw refused("client-certificate has no client-key")
        }
        if value.key != nil, value.certificate == nil {
            throw refused("client-key has no client-certificate")
        }
        let hasToken = value.token != nil || value.tokenFile != nil
        if value.name != nil, hasToken {
            throw refused("username and token exclude each other: remove one")
        }
        var source = CredentialSource(certificate: value.certificate, key: value.key)
        if let file = value.tokenFile {
            source.authorization = .tokenFile(file)
        } else if let token = value.token {
            source.authorization = .token(token)
        } else if let name = value.name {
            source.authorization = .basic(user: name, password: value.password ?? Secret(""))
        } else if let settings = value.plugin {
            source.authorization = .plugin(try ExecPlugin(settings, user: user, cluster: cluster))
        }
        return source
    }
}
