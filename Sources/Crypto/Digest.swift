/// A SHA-256 digest (FIPS 180-4): 32 bytes.
public struct Digest: Sendable, Hashable, CustomStringConvertible {
    public static let count = 32

    public let bytes: [UInt8]

    init(unchecked bytes: [UInt8]) { self.bytes = bytes }

    /// Nil when `bytes` are not 32.
    public init?(_ bytes: some Sequence<UInt8>) {
        let bytes = Array(bytes)
        guard bytes.count == Digest.count else { return nil }
        self.bytes = bytes
    }

    /// Reads 64 hexadecimal digits of either case; nil when `hex` is anything else.
    public init?(hex: String) {
        guard let bytes = Hex.decode(hex) else { return nil }
        self.init(bytes)
    }

    /// 64 lower-case hexadecimal digits.
    public var hex: String { Hex.encode(bytes) }
    public var base64: String { Base64.encode(bytes) }
    public var description: String { hex }
}

extension Digest: Comparable {
    /// In the order of the bytes.
    public static func < (a: Digest, b: Digest) -> Bool { a.bytes.lexicographicallyPrecedes(b.bytes) }
}
