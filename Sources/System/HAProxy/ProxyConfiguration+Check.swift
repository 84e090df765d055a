import Core

extension ProxyConfiguration {
    /// - Throws: `DeploydError` that says what is wrong with which entrypoint.
    func check() throws(DeploydError) {
        var names: Set<String> = []
        for entrypoint in entrypoints {
            guard ProxyText.isName(entrypoint.name), names.insert(entrypoint.name).inserted else {
                throw DeploydError(
                    .invalid, "the entrypoint name \(entrypoint.name.debugDescription) is taken, or not a name")
            }
            guard entrypoint.isWellFormed else {
                throw DeploydError(
                    .invalid,
                    "the entrypoint \(entrypoint.name) has two active slots, more servers than room, no "
                        + "connections, or a host, path or network that is none")
            }
        }
        try checkAddresses()
        try checkRoutes()
    }

    /// An address is one entrypoint's, or shared for one purpose.
    private func checkAddresses() throws(DeploydError) {
        var uses: [ProxyAddress: (use: String, name: String)] = [:]
        for entrypoint in entrypoints {
            let own = entrypoint.listen.map { [($0, entrypoint.name)] } ?? []
            let plain = entrypoint.route.map { [($0.http, "plain HTTP of host names")] } ?? []
            let encrypted = entrypoint.route?.https.map { [($0.address, "TLS of host names")] } ?? []
            for (address, use) in own + plain + encrypted {
                guard let other = uses.updateValue((use, entrypoint.name), forKey: address) else { continue }
                guard other.use == use else {
                    throw DeploydError(
                        .conflict,
                        "the entrypoints \(other.name) and \(entrypoint.name) both have \(address), for different uses")
                }
            }
        }
    }

    private func checkRoutes() throws(DeploydError) {
        for listener in sharedListeners {
            for (one, other) in zip(listener.entrypoints, listener.entrypoints.dropFirst())
            where one.route?.host == other.route?.host && one.path == other.path {
                throw DeploydError(
                    .conflict,
                    "the entrypoints \(one.name) and \(other.name) would both answer \(one.route?.host ?? "")\(one.path)"
                )
            }
        }
    }
}

extension ProxyEntrypoint {
    fileprivate var isWellFormed: Bool {
        let active = servers.values.filter { if case .active = $0 { true } else { false } }
        return active.count <= 1 && (1...1000).contains(replicas)
            && servers.values.allSatisfy { $0.addresses.count <= replicas }
            && (1...100_000).contains(maximumConnections ?? 1) && ProxyText.isPath(path)
            && (route.map { ProxyText.isHost($0.host) } ?? true)
            && (route?.https.map { ProxyText.isName($0.certificate) } ?? true)
            && (allowed ?? []).allSatisfy(ProxyText.isNetwork)
    }
}
