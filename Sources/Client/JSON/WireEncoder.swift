import Core

/// A place of the JSON value that is being made.
final class WireNode {
    private enum Content {
        case value(JSONValue)
        case object([String: WireNode])
        case array([WireNode])
    }

    private var content = Content.value(.null)

    var json: JSONValue {
        switch content {
        case .value(let value): value
        case .object(let members): .object(members.mapValues(\.json))
        case .array(let elements): .array(elements.map(\.json))
        }
    }

    var count: Int { if case .array(let elements) = content { elements.count } else { 0 } }

    func put<Value: Encodable>(_ value: Value, at path: [any CodingKey] = []) throws {
        if let scalar = JSONValue(scalar: value) {
            content = .value(scalar)
        } else {
            try value.encode(to: WireEncoder(node: self, codingPath: path))
        }
    }

    func makeObject() { if case .object = content {} else { content = .object([:]) } }
    func makeArray() { if case .array = content {} else { content = .array([]) } }

    func member(_ name: String) -> WireNode {
        let child = WireNode()
        if case .object(var members) = content {
            content = .value(.null)
            members[name] = child
            content = .object(members)
        }
        return child
    }

    func element() -> WireNode {
        let child = WireNode()
        if case .array(var elements) = content {
            content = .value(.null)
            elements.append(child)
            content = .array(elements)
        }
        return child
    }
}

extension JSONValue {
    /// Nil for what encodes itself.
    fileprivate init?(scalar value: some Encodable) {
        switch value {
        case let value as String: self = .string(value)
        case let value as Bool: self = .bool(value)
        case let value as any BinaryInteger: self = Int64(exactly: value).map(JSONValue.integer) ?? .null
        case let value as Double: self = .number(value)
        case let value as JSONValue: self = value
        default: return nil
        }
    }
}

struct WireEncoder: Encoder {
    let node: WireNode
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        node.makeObject()
        return KeyedEncodingContainer(Members(node: node, codingPath: codingPath))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        node.makeArray()
        return Elements(node: node, codingPath: codingPath)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { Single(node: node, codingPath: codingPath) }
}

private struct Members<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let node: WireNode
    let codingPath: [any CodingKey]

    func encodeNil(forKey key: Key) throws { _ = node.member(key.stringValue) }

    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        try node.member(key.stringValue).put(value, at: codingPath + [key])
    }

    // Each by itself: the standard library has defaults for these, which leave a nil out, and they would win over a
    // generic one.
    func encodeIfPresent(_ value: Bool?, forKey key: Key) throws { try encodeOrNull(value, key) }
    func encodeIfPresent(_ value: String?, forKey key: Key) throws { try encodeOrNull(value, key) }
    func encodeIfPresent(_ value: Double?, forKey key: Key) throws { try encodeOrNull(value, key) }
    func encodeIfPresent(_ value: Int?, forKey key: Key) throws { try encodeOrNull(value, key) }
    func encodeIfPresent(_ value: Int64?, forKey key: Key) throws { try encodeOrNull(value, key) }
    func encodeIfPresent<Value: Encodable>(_ value: Value?, forKey key: Key) throws { try encodeOrNull(value, key) }

    private func encodeOrNull<Value: Encodable>(_ value: Value?, _ key: Key) throws {
        if let value { try encode(value, forKey: key) } else { try encodeNil(forKey: key) }
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        WireEncoder(node: node.member(key.stringValue), codingPath: codingPath + [key]).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        WireEncoder(node: node.member(key.stringValue), codingPath: codingPath + [key]).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { WireEncoder(node: node.member("super"), codingPath: codingPath) }

    func superEncoder(forKey key: Key) -> any Encoder {
        WireEncoder(node: node.member(key.stringValue), codingPath: codingPath + [key])
    }
}

private struct Elements: UnkeyedEncodingContainer {
    let node: WireNode
    let codingPath: [any CodingKey]
    var count: Int { node.count }

    func encodeNil() throws { _ = node.element() }

    func encode<Value: Encodable>(_ value: Value) throws { try node.element().put(value, at: codingPath) }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        WireEncoder(node: node.element(), codingPath: codingPath).container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        WireEncoder(node: node.element(), codingPath: codingPath).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { WireEncoder(node: node.element(), codingPath: codingPath) }
}

private struct Single: SingleValueEncodingContainer {
    let node: WireNode
    let codingPath: [any CodingKey]

    func encodeNil() throws { try node.put(JSONValue.null) }

    func encode<Value: Encodable>(_ value: Value) throws { try node.put(value, at: codingPath) }
}
