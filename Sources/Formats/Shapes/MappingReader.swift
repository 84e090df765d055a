/// Reads the keys of one mapping strictly. Unknown, repeated, missing and unbuilt keys are reported as it is made.
public struct MappingReader {
    public let place: Place
    private let entries: [String: YAMLEntry]
    private let declared: Set<String>
    /// The keys that unknown ones seem to be.
    private var meant: Set<String> = []

    /// - Returns: nil, reported, where there is no mapping.
    init?(_ place: Place, fields: [FieldSchema]) {
        guard let found = place.node.mapping, place.node.tag == nil else {
            let mayBeEmpty = place.node.isNull && !fields.contains(where: \.isRequired)
            let hint = mayBeEmpty ? "; write {}" : MappingReader.listing(fields)
            let _: Never? = place.fail(expected: "a mapping", hint: hint)
            return nil
        }
        self.place = place
        entries = Dictionary(found.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        declared = Set(fields.map(\.name))
        report(found, fields)
    }

    private mutating func report(_ found: [YAMLEntry], _ fields: [FieldSchema]) {
        let known = Dictionary(fields.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        for entry in found {
            guard let field = known[entry.key] else {
                // Looking for the nearest name is what costs; a hostile file may have very many keys.
                let names = place.diagnostics.isFull ? [] : MappingReader.meant(by: entry.key, fields)
                let quoted = names.map { "'\($0)'" }.joined(separator: " or ")
                let hint = names.isEmpty ? MappingReader.listing(fields) : "; did you mean \(quoted)?"
                place.fail(key: entry, "unknown key\(hint)")
                meant.formUnion(names)
                continue
            }
            if !field.isBuilt { place.fail(key: entry, "not built yet") }
        }
        for field in fields where field.isRequired && lacks(named: field.name) {
            place[field.name].fail("missing: expected \(field.schema.expected)")
        }
    }

    private static func meant(by key: String, _ fields: [FieldSchema]) -> [String] {
        let names = fields.map(\.name)
        let (foreign, near) = (ForeignWords.meaning(of: key, among: names), NearestName.find(key, in: names))
        return [foreign, near == foreign ? nil : near].compactMap(\.self)
    }

    /// A few keys are listed; of many, people are shown what is nearest.
    private static func listing(_ fields: [FieldSchema]) -> String {
        let names = fields.filter(\.isBuilt).map(\.name)
        guard names.count <= 10 else { return "" }
        return names.isEmpty ? "; nothing is set here" : "; known here: \(names.joined(separator: ", "))"
    }

    /// The value of a key; nil when it is absent, or wrong and reported.
    public subscript<Value>(field: Field<Value>) -> Value? {
        assert(declared.contains(field.name), "\(field.name) is read but not declared")
        return entries[field.name].flatMap { field.shape.read(place.member($0)) }
    }

    /// Whether the key is not there, not even misspelt.
    public func lacks(_ field: Field<some Sendable>) -> Bool { lacks(named: field.name) }

    public func lacks(named name: String) -> Bool { entries[name] == nil && !meant.contains(name) }

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
