import Core

/// Writes HAProxy's configuration.
struct ProxyConfigurationText {
    private let configuration: ProxyConfiguration
    private let generation: String

    init(_ configuration: ProxyConfiguration, generation: String) {
        self.configuration = configuration
        self.generation = generation
    }

    var text: String {
        let head = "# Written by deployd; changes are lost.\n" + global + "\n" + ProxyConfigurationText.defaults
        let listeners = configuration.sharedListeners
        let sections =
            configuration.entrypoints.map(ProxyConfigurationText.section)
            + listeners.map(ProxyConfigurationText.frontend)
            + (hasNothing ? [ProxyConfigurationText.nothing] : [])
        return sections.reduce(head) { $0 + "\n" + $1 }
    }

    /// Whether a request may find no entrypoint.
    private var hasNothing: Bool { configuration.entrypoints.contains { $0.route != nil || $0.path != "/" } }

    /// `fd-hard-limit`: in containers the hard limit on files can be a thousand million, and HAProxy would allocate for
    /// it. `hard-stop-after` bounds how long a reload keeps an old worker for its WebSockets.
    private var global: String {
        """
        global
            description \(generation.isEmpty ? "none" : generation)
            fd-hard-limit 40000
            hard-stop-after 1h
            stats socket unix@stats.sock mode 600 level admin expose-fd listeners
            stats timeout 30s

        """
    }

    /// `idle-close-on-response`: after a reload, a client's idle connection is closed with an answer that says so, not
    /// in the middle of its next request. `empty-response` covers a server that closed a reused connection; it is
    /// switched off below for what must not be sent twice.
    private static let defaults = """
        defaults
            mode http
            timeout connect 5s
            timeout client 60s
            timeout server 60s
            timeout queue 30s
            timeout tunnel 1h
            timeout http-request 15s
            timeout http-keep-alive 60s
            timeout client-fin 30s
            option forwardfor
            option idle-close-on-response
            option redispatch 1
            retries 3
            retry-on conn-failure empty-response
            http-reuse safe
            http-error status 503 content-type text/plain string "no healthy version\\n" hdr Retry-After 1

        """

    /// The two proxies have names of their own: the runtime API looks for both kinds by one name.
    private static func section(_ entrypoint: ProxyEntrypoint) -> String {
        let servers = ProxyEntrypoint.Slot.allCases.map { Self.servers(in: $0, of: entrypoint) }.joined()
        return """
            \(ProxyConfiguration.commentMark)\(entrypoint.json.text)
            \(entrypoint.listen.map { ownFrontend(entrypoint, $0) } ?? "")\
            backend \(entrypoint.name)
            \(gate(of: entrypoint))\(redirection(of: entrypoint))\
                http-request disable-l7-retry unless { method GET HEAD OPTIONS }
            \(servers)
            """
    }

    private static func ownFrontend(_ entrypoint: ProxyEntrypoint, _ listen: ProxyAddress) -> String {
        let path = "    http-request set-var(txn.path) path,concat(/)\n"
        let choice =
            entrypoint.path == "/"
            ? "    default_backend \(entrypoint.name)\n"
            : "    use_backend \(entrypoint.name) if \(fits(entrypoint))\n    default_backend \(nothingName)\n"
        return """
            frontend in:\(entrypoint.name)
                bind \(listen)
                http-request set-header X-Forwarded-Proto http
            \(entrypoint.path == "/" ? "" : path)\(choice)

            """
    }

    /// The host's port does not count, nor does its case.
    private static func frontend(_ listener: ProxySharedListener) -> String {
        let list = ProxyCertificateStore.path(of: listener.certificateListName)
        let tls = listener.isEncrypted ? " ssl crt-list \(list) alpn h2,http/1.1 ssl-min-ver TLSv1.2" : ""
        let choices = listener.entrypoints.map { entrypoint in
            "    use_backend \(entrypoint.name) if { var(txn.host) -m str \(entrypoint.route?.host ?? "") }"
                + "\(entrypoint.path == "/" ? "" : " \(fits(entrypoint))")\n"
        }
        return """
            frontend shared:\(listener.address.host):\(listener.address.port)
                bind \(listener.address)\(tls)
                http-request set-header X-Forwarded-Proto \(listener.isEncrypted ? "https" : "http")
                http-request set-var(txn.host) req.hdr(host),field(1,:),lower
                http-request set-var(txn.path) path,concat(/)
            \(choices.joined())\
                default_backend \(nothingName)

            """
    }

    /// Whole parts of a path: `/api` is for `/api` and `/api/x`, not for `/apis`.
    private static func fits(_ entrypoint: ProxyEntrypoint) -> String {
        "{ var(txn.path) -m beg \(entrypoint.path)/ }"
    }

    /// In lines of twenty: HAProxy takes 64 words in one.
    private static func gate(of entrypoint: ProxyEntrypoint) -> String {
        guard let allowed = entrypoint.allowed else { return "" }
        let lines = stride(from: 0, to: allowed.count, by: 20).map { start in
            "    acl allowed src \(allowed[start..<min(start + 20, allowed.count)].joined(separator: " "))\n"
        }
        let condition = lines.isEmpty ? "" : " unless allowed"
        return lines.joined()
            + "    http-request deny deny_status 403 content-type text/plain string \"not allowed from here\\n\""
            + "\(condition)\n"
    }

    private static func redirection(of entrypoint: ProxyEntrypoint) -> String {
        guard let url = entrypoint.route?.secureURL else { return "" }
        return "    http-request redirect location \(url)%[pathq] code 308 unless { ssl_fc }\n"
    }

    /// A server of weight 0 gets no new requests; the address of an empty slot is never connected to.
    private static func servers(in slot: ProxyEntrypoint.Slot, of entrypoint: ProxyEntrypoint) -> String {
        let limit = entrypoint.maximumConnections.map { " maxconn \($0)" } ?? ""
        return entrypoint.serverNames(in: slot).enumerated().map { index, name in
            let server = entrypoint.server(index, in: slot)
            guard let address = server.addresses.first else {
                return "    server \(name) 127.0.0.1:1\(limit) disabled\n"
            }
            let weight = if case .draining = server { " weight 0" } else { "" }
            return "    server \(name) \(address)\(limit)\(weight)\n"
        }.joined()
    }

    /// No entrypoint's name has a colon.
    private static let nothingName = "out:nothing"

    private static let nothing = """
        backend \(nothingName)
            http-request return status 404 content-type text/plain string "nothing answers this host and path\\n"

        """
}
