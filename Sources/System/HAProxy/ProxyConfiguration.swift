import Core
import Crypto

/// HAProxy's configuration for a set of entrypoints (HAProxy 2.6 Configuration Manual). Pure.
///
/// Each entrypoint also stands in a comment, so that one atomic write keeps what HAProxy reads and what deployd reads
/// the same.
struct ProxyConfiguration: Sendable, Hashable {
    /// Sorted by name.
    let entrypoints: [ProxyEntrypoint]

    init(_ entrypoints: [ProxyEntrypoint]) {
        self.entrypoints = entrypoints.sorted { $0.name < $1.name }
    }

    /// - Throws: `DeploydError` that says what is wrong with which entrypoint.
    func check() throws(DeploydError) {
        var names: Set<String> = []
        var listens: [ProxyAddress: String] = [:]
        for entrypoint in entrypoints {
            let name = entrypoint.name
            guard ProxyEntrypoint.isName(name), names.insert(name).inserted else {
                throw DeploydError(.invalid, "the entrypoint name \(name.debugDescription) is taken, or not a name")
            }
            if let other = listens.updateValue(name, forKey: entrypoint.listen) {
                throw DeploydError(.conflict, "the entrypoints \(other) and \(name) both have \(entrypoint.listen)")
            }
            let active = entrypoint.servers.values.filter { if case .active = $0 { true } else { false } }
            guard active.count <= 1, (1...100_000).contains(entrypoint.maximumConnections ?? 1) else {
                throw DeploydError(.invalid, "the entrypoint \(name) has two active servers, or no connections")
            }
        }
    }

    /// What a running HAProxy shows to say which configuration it has. It differs exactly when a reload is needed:
    /// which servers there are is not part of it, since that is set while HAProxy runs.
    var generation: String {
        let bare = entrypoints.map { entrypoint in
            var entrypoint = entrypoint
            entrypoint.servers = [:]
            return entrypoint
        }
        let text = ProxyConfiguration.text(bare, generation: "")
        return "deployd-\(Digest.sha256(of: text).hex.prefix(16))"
    }

    var text: String { ProxyConfiguration.text(entrypoints, generation: generation) }

    private static func text(_ entrypoints: [ProxyEntrypoint], generation: String) -> String {
        let global = "# Written by deployd; changes are lost.\n" + global(generation) + "\n" + defaults
        return entrypoints.reduce(global) { $0 + "\n" + section($1) }
    }

    /// `fd-hard-limit`: in containers the hard limit on files can be a thousand million, and HAProxy would allocate for
    /// it. `hard-stop-after` bounds how long a reload keeps an old worker for its WebSockets.
    private static func global(_ generation: String) -> String {
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
        let servers = ProxyEntrypoint.Slot.allCases.map { server($0, of: entrypoint) }.joined()
        return """
            \(commentMark)\(entrypoint.json.text)
            frontend in:\(entrypoint.name)
                bind \(entrypoint.listen)
                http-request set-header X-Forwarded-Proto http
                default_backend \(entrypoint.name)

            backend \(entrypoint.name)
                http-request disable-l7-retry unless { method GET HEAD OPTIONS }
            \(servers)
            """
    }

    /// A server of weight 0 gets no new requests; an empty slot has a placeholder that is never connected to.
    private static func server(_ slot: ProxyEntrypoint.Slot, of entrypoint: ProxyEntrypoint) -> String {
        let limit = entrypoint.maximumConnections.map { " maxconn \($0)" } ?? ""
        return switch entrypoint[slot] {
        case .empty: "    server \(slot.rawValue) 127.0.0.1:1\(limit) disabled\n"
        case .active(let address): "    server \(slot.rawValue) \(address)\(limit)\n"
        case .draining(let address): "    server \(slot.rawValue) \(address)\(limit) weight 0\n"
        }
    }

    private static let commentMark = "# entrypoint "

    /// Reads the entrypoints back out of a configuration that `text` wrote.
    /// - Throws: `DeploydError.invalid` when one is not as it was written.
    static func parse(_ text: String) throws(DeploydError) -> ProxyConfiguration {
        var entrypoints: [ProxyEntrypoint] = []
        for line in text.split(separator: "\n") where line.hasPrefix(commentMark) {
            guard let json = try? JSONValue.parse(line.dropFirst(commentMark.count).utf8),
                let entrypoint = ProxyEntrypoint(json: json)
            else {
                throw DeploydError(
                    .invalid, "haproxy.cfg was changed by hand: remove it, and deployd writes it anew")
            }
            entrypoints.append(entrypoint)
        }
        return ProxyConfiguration(entrypoints)
    }
}
