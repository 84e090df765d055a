public import Core

extension YAMLNode {
    /// A JSON value as if it stood in a document, so that one shape reads both. Members are in the order of their names;
    /// those that are null count as left out.
    public init(_ json: JSONValue) {
        switch json {
        case .object(let members):
            let entries = members.filter { !$0.value.isNull }.sorted { $0.key < $1.key }
            self.init(.mapping(entries.map { YAMLEntry(key: $0.key, value: YAMLNode($0.value)) }))
        case .array(let elements): self.init(.sequence(elements.map { YAMLNode($0) }))
        case .string(let text): self.init(.scalar(YAMLScalar(text: text, style: .doubleQuoted)))
        case .null, .bool, .integer, .number: self.init(.scalar(YAMLScalar(text: json.text)))
        }
    }
}
