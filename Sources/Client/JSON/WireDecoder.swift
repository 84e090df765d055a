import Core

struct WireDecoder: Decoder {
    let json: JSONValue
    let codingPath: [any CodingKey]
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard let members = json.object else { throw error("must be an object") }
        return KeyedDecodingContainer(Members(members: members, decoder: self))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard let elements = json.array else { throw error("must be a list") }
        return Elements(elements: elements, decoder: self)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { Single(decoder: self) }

    func value<Value: Decodable>(_ type: Value.Type) throws(WireError) -> Value {
        if let scalar = try scalar(type) { return scalar }
        do { return try Value(from: self) } catch let error as WireError {
            throw error
        } catch DecodingError.dataCorrupted(let context) {
            throw error(context.debugDescription)
        } catch {
            throw self.error("has a wrong value")
        }
    }

    /// Nil for what decodes itself.
    private func scalar<Value>(_ type: Value.Type) throws(WireError) -> Value? {
        switch type {
        case is String.Type: try require(json.string, "must be a string")
        case is Bool.Type: try require(json.bool, "must be true or false")
        case is Double.Type: try require(number, "must be a number")
        case is JSONValue.Type: json as? Value
        case let type as any FixedWidthInteger.Type: try require(integer(type), "must be a whole number")
        default: nil
        }
    }

    private func require<Value>(_ found: Any?, _ rule: String) throws(WireError) -> Value? {
        guard let value = found as? Value else { throw error(rule) }
        return value
    }

    private var number: Double? {
        if case .number(let value) = json { value } else { json.integer.map(Double.init) }
    }

    private func integer<Number: FixedWidthInteger>(_ type: Number.Type) -> Number? {
        json.integer.flatMap { Number(exactly: $0) }
    }

    func error(_ detail: String) -> WireError {
        WireError(
            pointer: codingPath.map { JSONPointer.token($0.intValue.map(String.init) ?? $0.stringValue) }.joined(),
            detail: detail)
    }

    func child(_ json: JSONValue, at key: any CodingKey) -> WireDecoder {
        WireDecoder(json: json, codingPath: codingPath + [key])
    }
}

private struct Members<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let members: [String: JSONValue]
    let decoder: WireDecoder
    var codingPath: [any CodingKey] { decoder.codingPath }
    var allKeys: [Key] { members.keys.sorted().compactMap(Key.init(stringValue:)) }

    func contains(_ key: Key) -> Bool { members[key.stringValue] != nil }

    func decodeNil(forKey key: Key) throws -> Bool { members[key.stringValue]?.isNull ?? true }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try child(key).value(type)
    }

    private func child(_ key: Key) throws -> WireDecoder {
        guard let json = members[key.stringValue] else {
            throw decoder.child(.null, at: key).error("is missing")
        }
        return decoder.child(json, at: key)
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        try child(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try child(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder { decoder }
    func superDecoder(forKey key: Key) throws -> any Decoder { try child(key) }
}

private struct IndexKey: CodingKey {
    let intValue: Int?
    var stringValue: String { intValue.map(String.init) ?? "" }

    init(_ index: Int) { intValue = index }
    init?(intValue: Int) { self.intValue = intValue }
    init?(stringValue: String) { return nil }
}

private struct Elements: UnkeyedDecodingContainer {
    let elements: [JSONValue]
    let decoder: WireDecoder
    private(set) var currentIndex = 0

    init(elements: [JSONValue], decoder: WireDecoder) {
        self.elements = elements
        self.decoder = decoder
    }

    var codingPath: [any CodingKey] { decoder.codingPath }
    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex >= elements.count }

    mutating func decodeNil() throws -> Bool {
        guard !isAtEnd, elements[currentIndex].isNull else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try next().value(type) }

    private mutating func next() throws -> WireDecoder {
        guard !isAtEnd else { throw decoder.error("has too few elements") }
        defer { currentIndex += 1 }
        return decoder.child(elements[currentIndex], at: IndexKey(currentIndex))
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        try next().container(keyedBy: type)
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer { try next().unkeyedContainer() }
    mutating func superDecoder() throws -> any Decoder { try next() }
}

private struct Single: SingleValueDecodingContainer {
    let decoder: WireDecoder
    var codingPath: [any CodingKey] { decoder.codingPath }

    func decodeNil() -> Bool { decoder.json.isNull }
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try decoder.value(type) }
}
