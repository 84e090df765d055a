import Core

/// How an entrypoint is written beside its part of the configuration.
extension ProxyEntrypoint {
    var json: JSONValue {
        var members: [String: JSONValue] = [
            "name": .string(name), "host": .string(listen.host), "port": .integer(Int64(listen.port)),
            "drainMilliseconds": .integer(drain.milliseconds),
        ]
        if let maximumConnections { members["maximumConnections"] = .integer(Int64(maximumConnections)) }
        for slot in Slot.allCases {
            guard let address = self[slot].address else { continue }
            members[slot.rawValue] = [
                "host": .string(address.host), "port": .integer(Int64(address.port)),
                "draining": .bool(activeSlot != slot),
            ]
        }
        return .object(members)
    }

    /// Nil for anything that `json` does not write.
    init?(json: JSONValue) {
        guard let name = json["name"]?.string, let listen = ProxyAddress(json: json),
            let drain = json["drainMilliseconds"]?.integer, ProxyEntrypoint.isName(name)
        else { return nil }
        self.init(
            name: name, listen: listen, maximumConnections: json["maximumConnections"]?.integer.map { Int($0) },
            drain: .milliseconds(drain))
        for slot in Slot.allCases {
            guard let value = json[slot.rawValue] else { continue }
            guard let address = ProxyAddress(json: value), let isDraining = value["draining"]?.bool else { return nil }
            self[slot] = isDraining ? .draining(address) : .active(address)
        }
    }
}

extension ProxyAddress {
    fileprivate init?(json: JSONValue) {
        guard let host = json["host"]?.string, let port = json["port"]?.integer else { return nil }
        self.init(host: host, port: Int(truncatingIfNeeded: port))
    }
}
