import Client
import Core

/// Finds the schema of a wire type by letting it decode itself from nothing, and writing down what it asks for. So the
/// published schema, the check of a request's body and the coding itself cannot drift apart.
enum SchemaProbe {
    static func schema<Value: Decodable>(of type: Value.Type) -> JSONSchema { probe(type).schema }

    /// - Returns: with the schema, any value of the type.
    fileprivate static func probe<Value: Decodable>(_ type: Value.Type) -> (schema: JSONSchema, sample: Value?) {
        if let (schema, sample) = known(type) { return (schema, sample as? Value) }
        let record = Record()
        let sample = try? Value(from: ProbeDecoder(record: record))
        let narrowed = (type as? any SchemaNarrowing.Type)?.narrowed ?? [:]
        let members = record.members.map { member in
            guard let schema = narrowed[member.name] else { return member }
            return JSONSchema.Member(
                name: member.name, schema: member.isRequired ? schema : .nullable(schema),
                isRequired: member.isRequired)
        }
        return (.object(JSONSchema.Object(name: name(of: type), members: members)), sample)
    }

    private static func known(_ type: any Decodable.Type) -> (JSONSchema, Any)? {
        switch type {
        case is String.Type: (.string, "")
        case is Bool.Type: (.boolean, false)
        case is Double.Type: (.number, 0.0)
        case is JSONValue.Type: (.any, JSONValue.null)
        case is Timestamp.Type: (.string(format: "date-time"), Timestamp(microseconds: 0))
        case let type as any FixedWidthInteger.Type: (.integer, zero(type))
        case let type as any SchemaProviding.Type: (type.schema, type.sample)
        case let type as any Listing.Type: (.list(schema(of: type.elementType)), type.empty)
        case let type as any StringMap.Type: (.map(schema(of: type.valueType)), type.empty)
        case let type as any CaseIterable.Type: choices(type)
        default: nil
        }
    }

    private static func zero<Number: FixedWidthInteger>(_ type: Number.Type) -> Any { Number.zero }

    private static func choices<Value: CaseIterable>(_ type: Value.Type) -> (JSONSchema, Any)? {
        guard let first = type.allCases.first else { return nil }
        let names = type.allCases.compactMap { ($0 as? any RawRepresentable)?.rawValue as? String }
        return names.isEmpty ? nil : (.choice(names), first)
    }

    /// `Client.Wire.Application.Owner` as `Application.Owner`, a page of worlds as `Page.World`.
    private static func name<Value>(of type: Value.Type) -> String {
        String(reflecting: type).split(separator: "Client.Wire.").joined()
            .replacing("<", with: ".").replacing(">", with: "")
    }
}

private protocol Listing { static var elementType: any Decodable.Type { get }; static var empty: Any { get } }
extension Array: Listing where Element: Decodable {
    static var elementType: any Decodable.Type { Element.self }
    static var empty: Any { [Element]() }
}

private protocol StringMap { static var valueType: any Decodable.Type { get }; static var empty: Any { get } }
extension Dictionary: StringMap where Key == String, Value: Decodable {
    static var valueType: any Decodable.Type { Value.self }
    static var empty: Any { [Key: Value]() }
}

private final class Record {
    var members: [JSONSchema.Member] = []
    var optional: Set<String> = []
}

/// Stops a probe at something that only exists in real data.
private struct NothingHere: Error {}

private struct ProbeDecoder: Decoder {
    let record: Record
    var codingPath: [any CodingKey] { [] }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
        KeyedDecodingContainer(ProbeMembers(record: record))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw NothingHere() }
    func singleValueContainer() throws -> any SingleValueDecodingContainer { throw NothingHere() }
}

private struct ProbeMembers<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let record: Record
    var codingPath: [any CodingKey] { [] }
    var allKeys: [Key] { [] }

    /// Asked before a member that may be missing, and only then.
    func contains(_ key: Key) -> Bool {
        record.optional.insert(key.stringValue)
        return true
    }

    func decodeNil(forKey key: Key) throws -> Bool { false }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        let (schema, sample) = SchemaProbe.probe(type)
        let isOptional = record.optional.contains(key.stringValue)
        record.members.append(
            JSONSchema.Member(
                name: key.stringValue, schema: isOptional ? .nullable(schema) : schema, isRequired: !isOptional))
        guard let sample else { throw NothingHere() }
        return sample
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> { throw NothingHere() }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer { throw NothingHere() }
    func superDecoder() throws -> any Decoder { throw NothingHere() }
    func superDecoder(forKey key: Key) throws -> any Decoder { throw NothingHere() }
}
