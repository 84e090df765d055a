import Formats

extension ServiceFormat {
    /// The names in `secrets`, each once. One that is set in another way too is an error: which of them the service
    /// gets must not be a matter of luck.
    static func readSecrets(_ reader: MappingReader) -> [String] {
        let names = reader[secrets] ?? []
        let place = reader.place(of: secrets)
        let variables = reader.place(of: env).node
        for (index, node) in (place.node.sequence ?? []).enumerated() where !place.diagnostics.isFull {
            guard let name = node.scalar?.text else { continue }
            if ApplicationSecret.isReserved(name) {
                place.element(index, node).fail("deployd sets '\(name)' itself, from port or ports")
            } else if variables[name] != nil {
                place.element(index, node).fail("'\(name)' is in env too; take it out of one of them")
            }
        }
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }
}

extension Shape where Value == [String] {
    /// Names and no values, which do not belong into the file.
    static let secretNames: Shape = {
        let names = Shape.list(of: .string(.secretName))
        return Shape(names.schema) { place in
            guard let entries = place.node.mapping, !entries.isEmpty, place.node.tag == nil else {
                return names.read(place)
            }
            let keys = entries.prefix(5).map { shortened($0.key) } + (entries.count > 5 ? ["…"] : [])
            place.fail(
                "expected a list, found a mapping; write [\(keys.joined(separator: ", "))], and set each value by "
                    + "'deployd secret set'")
            return nil
        }
    }()
}
