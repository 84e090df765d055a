import Core
import Formats

/// An entry of `deploy.kubernetes.patches`.
enum PatchFormat {
    private static let kind = Field(
        "kind", .string(.objectKind), required: true, "The kind of the object, such as Deployment")
    private static let name = Field(
        "name", .string(.objectName), "Its name; default: the only one of that kind")
    private static let strategic = Field(
        "strategic", .patchText("a mapping"),
        "What is merged into it, as 'kubectl patch --type strategic' does; or instead json")
    private static let json = Field(
        "json", .list(of: PatchOperationFormat.shape, minimum: 1).checked(atMost: 100),
        "Operations of a JSON patch (RFC 6902); or instead strategic")

    static let shape = Shape<KubernetesOptions.Patch>.mapping([kind, name, strategic, json]) { reader in
        let name = reader[Self.name]
        let (merged, operations) = (reader[strategic], reader[json])
        if reader.has(strategic), reader.has(json) {
            reader.place.fail("use either strategic or json, and one entry for each")
        } else if reader.lacks(strategic), reader.lacks(json) {
            reader.place.fail("say what changes: strategic or json")
        }
        if let merged, merged.object == nil {
            let _: Never? = reader.place(of: strategic).fail(expected: "a mapping")
            return nil
        }
        guard let kind = reader[kind] else { return nil }
        let change = merged.map(KubernetesOptions.Patch.Change.strategic) ?? operations.map { .json($0) }
        return change.map { KubernetesOptions.Patch(kind: kind, name: name, change: $0) }
    }
}

/// An operation of a JSON patch (RFC 6902, section 4).
enum PatchOperationFormat {
    private enum Kind: String, Sendable, CaseIterable {
        case add, remove, replace, move, copy, test
    }

    private static let operation = Field("op", Shape<Kind>.choice(), required: true, "What is done")
    private static let path = Field(
        "path", .string(.jsonPointer), required: true,
        "Where, as a JSON pointer (RFC 6901) such as /spec/replicas; in a name, ~1 stands for / and ~0 for ~")
    private static let from = Field(
        "from", .string(.jsonPointer), "Where it is taken from: of move and copy")
    private static let value = Field("value", .patchText("a value"), "What is put there: of add, replace and test")

    static let shape = Shape<JSONValue>.mapping([operation, path, from, value]) { reader in
        let (path, from, value) = (reader[path], reader[from], reader[value])
        guard let kind = reader[operation], let path else { return nil }
        let takesFrom = kind == .move || kind == .copy
        expect(Self.from, takesFrom, kind, reader)
        expect(Self.value, !takesFrom && kind != .remove, kind, reader)
        var members: [String: JSONValue] = ["op": .string(kind.rawValue), "path": .string(path)]
        members["from"] = from.map(JSONValue.string)
        members["value"] = value
        return .object(members)
    }

    private static func expect(
        _ field: Field<some Sendable>, _ isExpected: Bool, _ kind: Kind, _ reader: MappingReader
    ) {
        if isExpected, reader.lacks(field) {
            reader.place(of: field).fail("missing: '\(kind.rawValue)' needs it")
        }
        for entry in reader.place.node.mapping ?? [] where !isExpected && entry.key == field.name {
            reader.place.fail(key: entry, "means nothing to '\(kind.rawValue)'")
        }
    }
}

extension Shape where Value == JSONValue {
    /// What a patch brings, where `${}` is refused and `$${` stands for a literal `${`.
    fileprivate static func patchText(_ expected: String) -> Shape {
        Shape.json(expected).checked { value, place in
            check(place)
            return value.unescaped
        }
    }

    private static func check(_ place: Place) {
        guard !place.diagnostics.isFull else { return }
        for (index, node) in (place.node.sequence ?? []).enumerated() { check(place.element(index, node)) }
        for entry in place.node.mapping ?? [] { check(place.member(entry)) }
        guard let scalar = place.node.scalar, scalar.kind == .string else { return }
        let (template, errors) = Template.parse(scalar.text)
        guard let offset = template.references.first?.offset ?? errors.first?.offset else { return }
        place.fail("references are not replaced in patches; '$${' writes a literal '${'", offset: offset)
    }
}

extension JSONValue {
    fileprivate var unescaped: JSONValue {
        switch self {
        case .string(let text): .string(Template.parse(text).0.literal ?? text)
        case .array(let elements): .array(elements.map(\.unescaped))
        case .object(let members): .object(members.mapValues(\.unescaped))
        default: self
        }
    }
}

extension TextRule {
    /// A kind of Kubernetes objects.
    fileprivate static let objectKind = TextRule(
        expected: "a kind", rule: "use a kind of objects as Kubernetes writes it, such as Deployment or NetworkPolicy",
        pattern: "^[A-Z][A-Za-z0-9]{0,62}$"
    ) { text in
        text.utf8.count <= 63 && text.utf8.first.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) } == true
            && text.unicodeScalars.allSatisfy {
                $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil)
            }
    }

    /// RFC 6901, section 3.
    fileprivate static let jsonPointer = TextRule(
        expected: "a JSON pointer",
        rule: "use one that begins with /, such as /spec/template; in a name, ~1 stands for / and ~0 for ~",
        pattern: "^(/([^/~]|~[01])*)*$"
    ) { text in
        guard text.isEmpty || text.hasPrefix("/") else { return false }
        let parts = text.utf8.split(separator: UInt8(ascii: "~"), omittingEmptySubsequences: false)
        return parts.dropFirst().allSatisfy { [UInt8(ascii: "0"), UInt8(ascii: "1")].contains($0.first) }
    }
}
