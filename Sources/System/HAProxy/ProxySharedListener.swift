import Crypto

/// An address that entrypoints share: the host and path of a request say which of them it is for.
struct ProxySharedListener: Sendable, Hashable {
    let address: ProxyAddress
    let isEncrypted: Bool
    /// By host; of one host the longest path first, so that the first that fits is the one.
    let entrypoints: [ProxyEntrypoint]

    static func all(of entrypoints: [ProxyEntrypoint]) -> [ProxySharedListener] {
        let routed = entrypoints.filter { $0.route != nil }.sorted { $0.order < $1.order }
        let plain = Dictionary(grouping: routed) { $0.route?.http }
        let encrypted = Dictionary(grouping: routed) { $0.route?.https?.address }
        return [(plain, false), (encrypted, true)].flatMap { groups, isEncrypted in
            groups.compactMap { address, members in
                address.map { ProxySharedListener(address: $0, isEncrypted: isEncrypted, entrypoints: members) }
            }.sorted { $0.address.description < $1.address.description }
        }
    }

    /// Its certificates for HAProxy ("crt-list" of the Configuration Manual): one for each host, and the first for
    /// clients that ask for none of them.
    var certificateList: String {
        var certificates: [String: String] = [:]
        for case let route? in entrypoints.map(\.route) {
            guard let name = route.https?.certificate else { continue }
            certificates[route.host] = max(name, certificates[route.host] ?? "")
        }
        return certificates.sorted { $0.key < $1.key }
            .map { "\(ProxyCertificateStore.path(of: $0.value)) \($0.key)\n" }.joined()
    }

    /// A name that says what is in it: a list that is written is never changed.
    var certificateListName: String { "list-\(Digest.sha256(of: certificateList).hex.prefix(16)).txt" }
}

extension ProxyEntrypoint {
    fileprivate var order: (String, Int, String, String) {
        (route?.host ?? "", -path.utf8.count, path, name)
    }
}
