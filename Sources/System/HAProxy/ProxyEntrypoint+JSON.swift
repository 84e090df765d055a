public import Core

/// How an entrypoint is written beside its part of the configuration.
extension ProxyEntrypoint {
    var json: JSONValue {
        var members: [String: JSONValue] = ["name": .string(name)]
        if let listen { members.merge(listen.members) { first, _ in first } }
        if let route { members["route"] = route.json }
        if path != "/" { members["path"] = .string(path) }
        if let allowed { members["allowed"] = .array(allowed.map { .string($0) }) }
        if let maximumConnections { members["maximumConnections"] = .integer(Int64(maximumConnections)) }
        if replicas != 1 { members["replicas"] = .integer(Int64(replicas)) }
        if !unwell.isEmpty {
            members["unwell"] = .array(
                unwell.sorted { $0.description < $1.description }.map { .object($0.members) })
        }
        for slot in Slot.allCases {
            let addresses = self[slot].addresses
            guard let first = addresses.first else { continue }
            var server = first.members
            server["draining"] = .bool(activeSlot != slot)
            if addresses.count > 1 { server["further"] = .array(addresses.dropFirst().map { .object($0.members) }) }
            members[slot.rawValue] = .object(server)
        }
        return .object(members)
    }

    /// Nil for anything that `json` does not write.
    init?(json: JSONValue) {
        guard let name = json["name"]?.string, ProxyText.isName(name) else { return nil }
        self.init(
            name: name, listen: ProxyAddress(json: json), path: json["path"]?.string ?? "/",
            allowed: json["allowed"]?.array?.compactMap(\.string),
            replicas: json["replicas"]?.integer.map { Int(clamping: $0) } ?? 1,
            maximumConnections: json["maximumConnections"]?.integer.map { Int($0) })
        if let value = json["route"] {
            guard let route = ProxyRoute(json: value) else { return nil }
            self.route = route
        }
        unwell = Set((json["unwell"]?.array ?? []).compactMap(ProxyAddress.init(json:)))
        for slot in Slot.allCases {
            guard let value = json[slot.rawValue] else { continue }
            guard let first = ProxyAddress(json: value), let isDraining = value["draining"]?.bool else { return nil }
            let written = value["further"]?.array ?? []
            let further = written.compactMap(ProxyAddress.init(json:))
            guard further.count == written.count else { return nil }
            let addresses = [first] + further
            self[slot] = isDraining ? .draining(addresses) : .active(addresses)
        }
    }
}

extension ProxyRoute {
    /// As it is recorded.
    public var json: JSONValue {
        var members: [String: JSONValue] = ["host": .string(host), "http": .object(http.members)]
        if let https {
            members["https"] = .object(
                https.address.members.merging(["certificate": .string(https.certificate)]) { first, _ in first })
        }
        return .object(members)
    }

    /// Nil for anything that `json` does not write.
    public init?(json: JSONValue) {
        guard let host = json["host"]?.string, let http = json["http"].flatMap(ProxyAddress.init(json:)) else {
            return nil
        }
        guard let value = json["https"] else {
            self.init(host: host, http: http)
            return
        }
        guard let address = ProxyAddress(json: value), let certificate = value["certificate"]?.string else {
            return nil
        }
        self.init(host: host, http: http, https: Encryption(address: address, certificate: certificate))
    }
}

extension ProxyAddress {
    fileprivate var members: [String: JSONValue] { ["host": .string(host), "port": .integer(Int64(port))] }

    fileprivate init?(json: JSONValue) {
        guard let host = json["host"]?.string, let port = json["port"]?.integer else { return nil }
        self.init(host: host, port: Int(truncatingIfNeeded: port))
    }
}
