import Core
import Crypto
import Model
import System

extension ProcessEntrypoints {
    /// What stands against entrypoints of an instance; found without a change.
    func problems(with entrypoints: [String: WorkloadEntrypoint], of instance: InstanceIdentity) async -> [String] {
        do {
            let routed = try entrypoints.filter { $0.value.route != nil }.sorted { $0.key < $1.key }
                .map { name, entrypoint in
                    ProxyEntrypoint(
                        name: EntrypointName.make(name, of: instance), route: try entrypoint.route?.proxy,
                        path: entrypoint.path)
                }
            let prefix = EntrypointName.prefix(of: instance)
            let others = try await haproxy.entrypoints().filter { !$0.name.hasPrefix(prefix) }
            var clashes: [String] = []
            for mine in routed {
                guard let other = others.first(where: { $0.clashes(with: mine) }) else { continue }
                clashes.append(await sentence(mine, other))
            }
            guard clashes.isEmpty else { return clashes }
            return try await haproxy.problem(with: routed, insteadOf: prefix).map { ["entrypoints: \($0)"] } ?? []
        } catch {
            return ["entrypoints: \((error as? DeploydError)?.message ?? "\(error)")"]
        }
    }

    private func sentence(_ mine: ProxyEntrypoint, _ other: ProxyEntrypoint) async -> String {
        let names = await (EntrypointName.describe(mine.name, by: name), EntrypointName.describe(other.name, by: name))
        return
            "\(mine.route?.host ?? "")\(mine.path) cannot be \(names.0), since it is \(names.1) already: give one of them another 'host' or 'path' "
            + "(overrides.ENVIRONMENT.entrypoints), or destroy the other"
    }
}

extension ProxyEntrypoint {
    /// Whether a request could be for both.
    fileprivate func clashes(with other: ProxyEntrypoint) -> Bool {
        guard let route, let theirs = other.route, route.host == theirs.host, path == other.path else { return false }
        return !Set(route.addresses).isDisjoint(with: theirs.addresses)
    }
}

extension WorkloadEntrypoint.Route {
    /// - Throws: `.invalid` when its address is none.
    var proxy: ProxyRoute {
        get throws(DeploydError) {
            guard let http = ProxyAddress(host: listen, port: httpPort),
                let https = ProxyAddress(host: listen, port: httpsPort)
            else { throw DeploydError(.invalid, "\(listen), with \(httpPort) and \(httpsPort), is no address") }
            return ProxyRoute(
                host: host, http: http,
                https: certificate.map { ProxyRoute.Encryption(address: https, certificate: $0.identifier) })
        }
    }
}

extension ProxyAddress {
    init(loopback port: Int) throws(DeploydError) {
        guard let address = ProxyAddress(host: "127.0.0.1", port: port) else {
            throw DeploydError(.invalid, "\(port) is not a port")
        }
        self = address
    }
}
