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

    /// Every address that HAProxy listens on, and the first entrypoint that needs it.
    var listens: [(address: ProxyAddress, entrypoint: String)] {
        var seen: Set<ProxyAddress> = []
        return entrypoints.flatMap { entrypoint in
            entrypoint.addresses.filter { seen.insert($0).inserted }.map { ($0, entrypoint.name) }
        }
    }

    /// What a running HAProxy shows to say which configuration it has. It differs exactly when a reload is needed:
    /// which servers there are, and how they are, is not part of it, since that is set while HAProxy runs.
    var generation: String {
        let bare = entrypoints.map { entrypoint in
            var entrypoint = entrypoint
            entrypoint.servers = [:]
            entrypoint.unwell = []
            return entrypoint
        }
        let text = ProxyConfigurationText(ProxyConfiguration(bare), generation: "").text
        return "deployd-\(Digest.sha256(of: text).hex.prefix(16))"
    }

    var text: String { ProxyConfigurationText(self, generation: generation).text }

    /// Each address that entrypoints share, with what is reached through it.
    var sharedListeners: [ProxySharedListener] { ProxySharedListener.all(of: entrypoints) }

    static let commentMark = "# entrypoint "

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
