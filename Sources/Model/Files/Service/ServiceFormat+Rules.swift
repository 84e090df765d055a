import Core
import Formats

/// What follows from several keys together.
extension ServiceFormat {
    static func readPorts(_ reader: MappingReader) -> [String: Int] {
        let alone = reader[port]
        let named = reader[ports]
        guard reader.has(port) else { return named ?? [:] }
        if reader.has(ports) {
            reader.place(of: port).fail("use either port or ports; 'port: N' is 'ports: { http: N }'")
        }
        return (named ?? [:]).merging(alone.map { [ServiceFile.defaultPort: $0] } ?? [:]) { first, _ in first }
    }

    static func readEntrypoints(_ reader: MappingReader, _ ports: [String: Int]) -> [String: Entrypoint] {
        guard reader.has(entrypoints) else {
            let port = ServiceFile.primary(ports)
            return port.map { [ServiceFile.defaultEntrypoint: Entrypoint(port: $0)] } ?? [:]
        }
        let found = reader[entrypoints] ?? [:]
        let place = reader.place(of: entrypoints)
        for entry in place.node.mapping ?? [] where !place.diagnostics.isFull {
            guard let port = found[entry.key]?.port else { continue }
            let member = place.member(entry)
            checkPort(port, ports, member.node.mapping == nil ? member : member[EntrypointFormat.port.name])
        }
        return found
    }

    static func readHealth(_ reader: MappingReader, _ ports: [String: Int]) -> HealthProbe {
        let health = reader[health]
        let place = reader.place(of: Self.health)
        if let port = health?.port { checkPort(port, ports, place[HealthFormat.port.name]) }
        let port = health?.port ?? ServiceFile.primary(ports) ?? firstPort(reader)
        if let health, health.path != nil, port == nil {
            place[HealthFormat.path.name].fail("there is no port to ask; write 'port: N'")
        }
        let kind: HealthProbe.Kind =
            switch (port, health?.path) {
            case (let port?, let path?): .http(path: path, port: port)
            case (let port?, nil): .tcp(port: port)
            case (nil, _): .staysUp(.seconds(5))
            }
        return HealthProbe(
            kind: kind, interval: health?.interval ?? .seconds(5), timeout: health?.timeout ?? .seconds(2),
            deadline: health?.deadline ?? .seconds(60))
    }

    static func readSettings(_ reader: MappingReader) -> Application.Settings {
        let entries = reader[environments] ?? []
        var seen: Set<String> = []
        let environments = entries.map(\.name).filter { seen.insert($0).inserted }
        let isNeitherGiven = !reader.has(environmentSets) && !reader.has(Self.environments)
        return Application.Settings(
            environmentSets: reader[environmentSets] ?? (isNeitherGiven ? ["default"] : []),
            environments: environments, triggers: reader[triggers], targets: readTargets(entries, reader))
    }

    private static func readTargets(_ entries: [EnvironmentEntryFormat.Entry], _ reader: MappingReader) -> [Target] {
        var seen: Set<String> = []
        let all = reader.place(of: environments)
        for (index, node) in (all.node.sequence ?? []).enumerated() {
            let targets = all.element(index, node)[EnvironmentEntryFormat.targets.name]
            for (index, node) in (targets.node.sequence ?? []).enumerated() {
                guard let name = node[EnvironmentEntryFormat.targetName.name]?.scalar?.text, DNSLabel.isValid(name),
                    !seen.insert(name).inserted
                else { continue }
                targets.element(index, node)[EnvironmentEntryFormat.targetName.name].fail(
                    "the target '\(name)' is there twice; each needs a name of its own")
            }
        }
        return entries.flatMap(\.targets)
    }

    /// deployd says by these where to listen; a value of the file's would break that silently.
    static func checkVariables(_ reader: MappingReader) {
        let place = reader.place(of: env)
        for entry in place.node.mapping ?? [] where entry.key == "PORT" || entry.key.hasPrefix("PORT_") {
            place.fail(key: entry, "deployd sets this variable itself, from port or ports")
        }
    }

    static func readImage(_ reader: MappingReader) -> String? {
        if reader.has(image), reader.has(build) {
            let place = reader.place
            for entry in place.node.mapping ?? [] where entry.key == build.name {
                place.fail(key: entry, "not beside 'image', which is built already; take one of them out")
            }
        }
        return reader[image]
    }

    /// In the file's order.
    private static func firstPort(_ reader: MappingReader) -> String? {
        reader.place(of: ports).node.mapping?.first?.key
    }

    private static func checkPort(_ name: String, _ ports: [String: Int], _ place: Place) {
        guard ports[name] == nil, DNSLabel.isValid(name) else { return }
        let known = ports.keys.sorted()
        let listing = known.isEmpty ? "; write 'port: N'" : "; there is \(known.joined(separator: ", "))"
        let hint = NearestName.hint(name, in: known)
        place.fail("there is no port '\(name)'\(hint.isEmpty ? listing : hint)")
    }
}
