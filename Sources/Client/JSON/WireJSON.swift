public import Core

/// Wire types to JSON and back, for server and client alike, without Foundation's coders: they would double the memory
/// of the program, and do not say where a value is wrong.
///
/// An optional member is written as null when it is nil, and may be missing or null when read.
public enum WireJSON {
    /// Compact text, keys sorted, slashes as they are.
    /// - Throws: what the value's own `encode` throws; those of `Wire` throw nothing.
    public static func bytes(_ value: some Encodable) throws -> [UInt8] {
        let writer = WireWriter()
        try writer.put(value)
        return writer.output
    }

    /// - Throws: `WireError`.
    public static func decode<Value: Decodable>(_ type: Value.Type, from json: JSONValue) throws(WireError) -> Value {
        try WireDecoder(json: json, codingPath: []).value(type)
    }

    /// - Throws: `WireError`, of the whole when the bytes are not JSON.
    public static func decode<Value: Decodable>(
        _ type: Value.Type, from bytes: some Sequence<UInt8>
    ) throws(WireError) -> Value {
        let json: JSONValue
        do { json = try JSONValue.parse(bytes) } catch {
            throw WireError(pointer: "", detail: "not JSON: \(error.description)")
        }
        return try decode(type, from: json)
    }
}

/// What is wrong with a JSON value, and where.
public struct WireError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A JSON pointer (RFC 6901); empty for the whole.
    public let pointer: String
    public let detail: String

    public init(pointer: String, detail: String) {
        self.pointer = pointer
        self.detail = detail
    }

    public var description: String { pointer.isEmpty ? detail : "\(pointer): \(detail)" }
}

/// RFC 6901.
public enum JSONPointer {
    public static func token(_ name: String) -> String {
        var text = ""
        for character in name {
            switch character {
            case "~": text += "~0"
            case "/": text += "~1"
            default: text.append(character)
            }
        }
        return "/" + text
    }
}
