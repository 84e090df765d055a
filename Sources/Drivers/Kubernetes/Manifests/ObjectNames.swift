import Crypto

/// What the objects of an application are called: DNS labels, since each may become part of a host's name or a label.
struct ObjectNames: Sendable, Hashable {
    static let maximumLength = 63
    private static let hashLength = 8

    let application: String

    /// The application's, with these after it.
    func joined(_ suffixes: String?...) -> String {
        let suffix = suffixes.compactMap(\.self).map { "-\($0)" }.joined()
        return ObjectNames.shortened(application, suffix: suffix)
    }

    /// The Deployment of a track, and what belongs to it alone.
    func workload(_ track: Track) -> String { joined(track.suffix) }
    var latest: String { joined("latest") }
    var preview: String { joined("preview") }
    func entrypoint(_ name: String) -> String { joined(name) }
    func beforeDeploy(_ deployment: String) -> String { joined("before", deployment) }

    /// `text` with `suffix` after it; where that is too long, with a digest in the place of what is cut.
    static func shortened(_ text: String, suffix: String = "", limit: Int = maximumLength) -> String {
        guard text.utf8.count + suffix.utf8.count > limit else { return text + suffix }
        // An ending that is too long by itself is shortened as well.
        let ending = suffix.utf8.count > limit / 2 ? "-\(hash(suffix))" : suffix
        let hash = hash(text + suffix)
        let room = max(1, limit - ending.utf8.count - hash.utf8.count - 1)
        return "\(trimmed(String(text.prefix(room))))-\(hash)\(ending)"
    }

    /// A version as part of a name: `v1.2.0` becomes `v1-2-0-HASH`, a commit its first twelve digits.
    static func release(_ version: String) -> String {
        let isHex = version.utf8.allSatisfy { "0123456789abcdef".utf8.contains($0) }
        if version.utf8.count == 40, isHex { return String(version.prefix(12)) }
        let plain = trimmed(
            String(decoding: version.lowercased().utf8.map { isPlain($0) ? $0 : UInt8(ascii: "-") }, as: UTF8.self))
        if plain == version, plain.utf8.count <= 20 { return plain }
        let start = trimmed(String(plain.prefix(20)))
        return start.isEmpty ? hash(version) : "\(start)-\(hash(version))"
    }

    static func hash(_ text: String) -> String { String(Digest.sha256(of: text).hex.prefix(hashLength)) }

    private static func trimmed(_ text: String) -> String {
        var text = text[...]
        while text.first == "-" { text.removeFirst() }
        while text.last == "-" || text.last == "." { text.removeLast() }
        return String(text)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}

/// Names of ports, which clusters have at most 15 characters for (IANA service names, RFC 6335 §5.1).
enum PortNames {
    private static let maximumLength = 15

    /// The same wherever it is one; else with a digest.
    static func name(_ name: String) -> String {
        let hasLetter = name.utf8.contains { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }
        let isDoubled = name.split(separator: "-", omittingEmptySubsequences: false).contains("")
        guard name.utf8.count > maximumLength || !hasLetter || isDoubled else { return name }
        let parts = name.split(separator: "-").joined(separator: "-")
        let start = parts.prefix(6)
        return "\(start.last == "-" ? start.dropLast() : start)-p\(ObjectNames.hash(name).prefix(7))"
    }
}
