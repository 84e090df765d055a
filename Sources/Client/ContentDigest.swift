import Crypto

/// The field `Content-Digest` (RFC 9530 §2) with SHA-256.
public enum ContentDigest {
    public static func header(sha256: [UInt8]) -> String { "sha-256=:\(Base64.encode(sha256)):" }

    /// The SHA-256 of a field's value, which may hold further digests.
    /// - Returns: nil when it has none, or one that is not 32 bytes of base 64 between colons.
    public static func sha256(in header: String) -> [UInt8]? {
        for member in header.split(separator: ",") {
            let text = member.drop { $0 == " " || $0 == "\t" }
            guard text.hasPrefix("sha-256=:"), let end = text.dropFirst(9).firstIndex(of: ":") else { continue }
            let bytes = Base64.decode(String(text.dropFirst(9)[..<end]))
            return bytes?.count == Digest.count ? bytes : nil
        }
        return nil
    }
}
