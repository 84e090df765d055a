/// Reads the keys of one mapping strictly. Unknown, repeated, missing and unbuilt keys are reported as it is made.
public struct MappingReader {
    public let place: Place
    private let entries: [String: YAMLEntry]
    private let declared: Set<String>

    /// - Returns: nil, reported, where there is no mapping.
    init?(_ place: Place, fields: [FieldSchema]) {
        guard let found = place.node.mapping, place.node.tag == nil else {
            let hint = place.node.isNull && !fields.contains(where: \.isRequired) ? "; write {}" : ""
            let _: Never? = place.fail(expected: "a mapping", hint: hint)
            return nil
        }
        self.place = place
        entries = Dictionary(found.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        declared = Set(fields.map(\.name))
        report(found, fields)
    }

    private func report(_ found: [YAMLEntry], _ fields: [FieldSchema]) {
        let known = Dictionary(fields.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        for entry in found {
            guard let field = known[entry.key] else {
                // Looking for the nearest name is what costs; a hostile file may have very many keys.
                let isSaid = place.diagnostics.isFull
                place.fail(key: entry, isSaid ? "unknown key" : MappingReader.unknown(entry.key, fields))
                continue
            }
            if !field.isBuilt { place.fail(key: entry, "not built yet") }
        }
        for field in fields where field.isRequired && entries[field.name] == nil {
            place[field.name].fail("missing: expected \(field.schema.expected)")
        }
    }

    /// A few keys are listed; of many, people are shown what is nearest.
    private static func unknown(_ key: String, _ fields: [FieldSchema]) -> String {
        let hint = NearestName.hint(key, in: fields.map(\.name))
        let names = fields.filter(\.isBuilt).map(\.name)
        guard hint.isEmpty, names.count <= 10 else { return "unknown key\(hint)" }
        return
            "unknown key\(names.isEmpty ? "; nothing is set here" : "; known here: \(names.joined(separator: ", "))")"
    }

    /// The value of a key; nil when it is absent, or wrong and reported.
    public subscript<Value>(field: Field<Value>) -> Value? {
        assert(declared.contains(field.name), "\(field.name) is read but not declared")
        return entries[field.name].flatMap { field.shape.read(place.member($0)) }
    }

    /// Whether the key is written, rightly or not.
    public func has(_ field: Field<some Sendable>) -> Bool { entries[field.name] != nil }

    /// Where the key's value stands.
    public func place(of field: Field<some Sendable>) -> Place { place[field.name] }
}

extension Shape {
    /// A mapping of these keys and no others.
    /// - Parameter read: makes the value. It is called even when some keys are wrong, so that it finds what else is.
    public static func mapping(
        _ fields: [any FieldDeclaration], read: @escaping @Sendable (MappingReader) -> Value?
    ) -> Shape {
        let declarations = fields.map(\.declaration)
        return Shape(.mapping(declarations)) { place in
            MappingReader(place, fields: declarations).flatMap(read)
        }
    }
}
