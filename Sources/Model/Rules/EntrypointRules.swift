public import Core
import Crypto
import Formats

/// Settles a service's entrypoints in a world. Pure.
public struct EntrypointRules: Sendable {
    public let world: World
    /// The service's name.
    public let application: String

    public init(world: World, application: String) {
        self.world = world
        self.application = application
    }

    /// What a service's are here, and all that stands against it, a sentence each.
    ///
    /// A cluster has no addresses of its own to give: the default one is there where the world has a domain only.
    public func settle(_ service: ServiceFile) -> (entrypoints: [String: WorkloadEntrypoint], problems: [String]) {
        guard world.isCluster, service.hasDefaultEntrypoints, world.entrypoints.domain == nil else {
            return settle(service.entrypoints)
        }
        let problems = service.referredEntrypoints.map { name in
            "'${entrypoints.\(name).url}': on a cluster there is no entrypoint by default; declare it under 'entrypoints' "
                + "with a 'host', or give the world '\(world.name)' a domain"
        }
        return ([:], problems)
    }

    /// What they are here, and all that stands against it, a sentence each.
    public func settle(_ written: [String: Entrypoint]) -> (
        entrypoints: [String: WorkloadEntrypoint], problems: [String]
    ) {
        var settled: [String: WorkloadEntrypoint] = [:]
        var problems: [String] = []
        for (name, entrypoint) in written.sorted(by: { $0.key < $1.key }) {
            let here = WorkloadEntrypoint(
                port: entrypoint.port, path: entrypoint.path, route: route(of: entrypoint),
                allowed: allowed(by: entrypoint.gates))
            settled[name] = here
            problems += self.problems(of: entrypoint, here).map { "entrypoints.\(name)\($0)" }
        }
        return (settled, problems + clashes(among: settled))
    }

    private func host(of entrypoint: Entrypoint) -> String? {
        entrypoint.host ?? world.entrypoints.domain.map { "\(application).\($0)" }
    }

    private func route(of entrypoint: Entrypoint) -> WorkloadEntrypoint.Route? {
        host(of: entrypoint).map { host in
            let isEncrypted = entrypoint.isEncrypted != false
            return WorkloadEntrypoint.Route(
                host: host, listen: world.entrypoints.listen, httpPort: world.entrypoints.httpPort,
                httpsPort: world.entrypoints.httpsPort,
                certificate: isEncrypted ? world.entrypoints.certificate : nil,
                tlsSecret: isEncrypted ? world.entrypoints.tlsSecret : nil)
        }
    }

    /// The networks of all gates together.
    private func allowed(by gates: [String]) -> [String]? {
        gates.isEmpty ? nil : Set(gates.flatMap { world.gates[$0] ?? [] }).map(\.description).sorted()
    }

    private func problems(of entrypoint: Entrypoint, _ here: WorkloadEntrypoint) -> [String] {
        let known = world.gates.keys.sorted()
        let gates = entrypoint.gates.filter { world.gates[$0] == nil }.map { name in
            let hint = NearestName.hint(name, in: known)
            let listing = known.isEmpty ? "; it has none" : "; it has \(known.joined(separator: ", "))"
            return ".gates: the world '\(world.name)' has no gate '\(name)'\(hint.isEmpty ? listing : hint)"
        }
        if let kubernetes = world.kubernetes, world.isCluster {
            return gates + clusterProblems(of: entrypoint, here.route, kubernetes.exposure)
        }
        return gates + [tlsProblem(of: entrypoint, here.route)].compactMap(\.self)
    }

    private func tlsProblem(of entrypoint: Entrypoint, _ route: WorkloadEntrypoint.Route?) -> String? {
        guard let route else {
            guard entrypoint.isEncrypted == true else { return nil }
            return ".tls: needs a host name: give it 'host', or the world '\(world.name)' a domain"
        }
        guard HostName.isValid(route.host) else { return ".host: '\(route.host)' is too long for a host name" }
        guard let certificate = route.certificate else {
            guard entrypoint.isEncrypted == true else { return nil }
            return ".tls: the world '\(world.name)' has no certificate (entrypoints.tls in its file)"
        }
        guard !certificate.covers(route.host) else { return nil }
        let names =
            certificate.names.isEmpty ? "it names no host" : "it is for \(certificate.names.joined(separator: ", "))"
        return ".tls: the certificate of the world '\(world.name)' is not for \(route.host) (\(names)); "
            + "write 'tls: false' to serve it by plain HTTP"
    }

    private func clashes(among settled: [String: WorkloadEntrypoint]) -> [String] {
        let routed = settled.filter { $0.value.route != nil }
        let places = Dictionary(grouping: routed.keys.sorted()) { name in
            "\(routed[name]?.route?.host ?? "")\(routed[name]?.path ?? "")"
        }
        return places.filter { $0.value.count > 1 }.sorted { $0.key < $1.key }.map { place, names in
            "\(names.map { "entrypoints.\($0)" }.joined(separator: " and ")) would both answer \(place): "
                + "give each a 'host' or 'path' of its own"
        }
    }
}

extension [String: WorkloadEntrypoint] {
    /// What of them is not the default, for the digest of what an instance is deployed with; nil when nothing is.
    public var inputs: JSONValue? {
        let members = compactMapValues(\.inputs)
        return members.isEmpty ? nil : .object(members)
    }
}

extension WorkloadEntrypoint {
    /// The port and the path are the release's.
    fileprivate var inputs: JSONValue? {
        var members: [String: JSONValue] = [:]
        if let allowed { members["allowed"] = .array(allowed.map { .string($0) }) }
        if let route {
            members["host"] = .string(route.host)
            if let secret = route.tlsSecret { members["tlsSecret"] = .string(secret) }
            members["listen"] = .string(route.listen)
            members["httpPort"] = .integer(Int64(route.httpPort))
            if let certificate = route.certificate {
                members["httpsPort"] = .integer(Int64(route.httpsPort))
                members["certificate"] = .string(certificate.identifier)
            }
        }
        return members.isEmpty ? nil : .object(members)
    }
}
