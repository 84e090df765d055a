/// The standard library's view of a `WireWriter`.
struct WireEncoder: Encoder {
    let writer: WireWriter
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        KeyedEncodingContainer(Members(writer: writer, depth: writer.openObject()))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer { Elements(writer: writer, depth: writer.openArray()) }

    func singleValueContainer() -> any SingleValueEncodingContainer { Single(writer: writer) }
}

private struct Members<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let writer: WireWriter
    let depth: Int
    var codingPath: [any CodingKey] { [] }

    func encodeNil(forKey key: Key) throws {
        writer.member(key.stringValue, at: depth)
        writer.putNull()
    }

    func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        writer.member(key.stringValue, at: depth)
        try writer.put(value)
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
        writer.member(key.stringValue, at: depth)
        return WireEncoder(writer: writer).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        writer.member(key.stringValue, at: depth)
        return WireEncoder(writer: writer).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { superEncoder(named: "super") }

    func superEncoder(forKey key: Key) -> any Encoder { superEncoder(named: key.stringValue) }

    private func superEncoder(named name: String) -> any Encoder {
        writer.member(name, at: depth)
        return WireEncoder(writer: writer)
    }
}

private struct Elements: UnkeyedEncodingContainer {
    let writer: WireWriter
    let depth: Int
    var codingPath: [any CodingKey] { [] }
    var count: Int { writer.count(at: depth) }

    func encodeNil() throws {
        writer.element(at: depth)
        writer.putNull()
    }

    func encode<Value: Encodable>(_ value: Value) throws {
        writer.element(at: depth)
        try writer.put(value)
    }

    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        writer.element(at: depth)
        return WireEncoder(writer: writer).container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        writer.element(at: depth)
        return WireEncoder(writer: writer).unkeyedContainer()
    }

    func superEncoder() -> any Encoder {
        writer.element(at: depth)
        return WireEncoder(writer: writer)
    }
}

private struct Single: SingleValueEncodingContainer {
    let writer: WireWriter
    var codingPath: [any CodingKey] { [] }

    func encodeNil() throws { writer.putNull() }

    func encode<Value: Encodable>(_ value: Value) throws { try writer.put(value) }
}
