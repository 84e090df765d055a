/// A request target in origin form, absolute form or `*` (RFC 9112 §3.2), taken apart and decoded.
struct RequestTarget: Sendable {
    /// As received, without scheme and authority.
    let text: String
    let path: String
    /// Between the slashes, decoded; none for `/`. Never `.` or `..`.
    let segments: [String]
    let query: [(String, String)]
    /// The authority of an absolute form.
    let authority: String?

    /// - Parameter bytes: visible ASCII (`ByteClass.isTarget`), at least one.
    /// - Throws: 400 for any other form, bad escapes, and dot segments.
    init(_ bytes: ArraySlice<UInt8>, method: HTTPMethod) throws(HTTPSyntaxError) {
        if bytes.elementsEqual([UInt8(ascii: "*")]) {
            guard method == .options else { throw .bad("the request target '*' is for OPTIONS only") }
            (text, path, segments, query, authority) = ("*", "*", ["*"], [], nil)
            return
        }
        let (authority, rest) = try RequestTarget.splitAuthority(bytes)
        self.authority = authority
        text = String(decoding: rest, as: UTF8.self)
        guard let mark = rest.firstIndex(of: UInt8(ascii: "?")) else {
            path = text
            segments = try RequestTarget.segments(rest)
            query = []
            return
        }
        path = String(decoding: rest[..<mark], as: UTF8.self)
        segments = try RequestTarget.segments(rest[..<mark])
        query = try RequestTarget.pairs(rest[(mark + 1)...])
    }

    static let root = RequestTarget()

    private init() { (text, path, segments, query, authority) = ("/", "/", [], [], nil) }

    private static func splitAuthority(
        _ bytes: ArraySlice<UInt8>
    ) throws(HTTPSyntaxError) -> (String?, ArraySlice<UInt8>) {
        if bytes.first == UInt8(ascii: "/") { return (nil, bytes) }
        for scheme in ["http://", "https://"] {
            let prefix = bytes.prefix(scheme.utf8.count)
            guard prefix.map(ByteClass.lowercased).elementsEqual(scheme.utf8) else { continue }
            let rest = bytes[prefix.endIndex...]
            let end = rest.firstIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "?") } ?? rest.endIndex
            let authority = prefix.count..<(end - bytes.startIndex)
            guard HostSyntax.isValid(bytes.span, authority), end < rest.endIndex, rest[end] == UInt8(ascii: "/")
            else { break }
            return (String(decoding: rest[..<end], as: UTF8.self), rest[end...])
        }
        throw .bad("the request target must start with '/'")
    }

    private static func segments(_ path: ArraySlice<UInt8>) throws(HTTPSyntaxError) -> [String] {
        if path.count == 1 { return [] }
        var segments: [String] = []
        var start = path.startIndex + 1
        while true {
            let end = path[start...].firstIndex(of: UInt8(ascii: "/")) ?? path.endIndex
            let segment = try PercentDecoding.text(path[start..<end])
            guard isHarmless(segment) else { throw .bad("the path holds a '.' or '..' segment or a control character") }
            segments.append(segment)
            if end == path.endIndex { return segments }
            start = end + 1
        }
    }

    /// Whether a decoded segment names nothing relative, even where `%2F` put a slash into it.
    private static func isHarmless(_ segment: String) -> Bool {
        let utf8 = segment.utf8
        if utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) { return false }
        guard utf8.contains(UInt8(ascii: ".")) else { return true }
        return segment.split(separator: "/").allSatisfy { $0 != "." && $0 != ".." }
    }

    private static func pairs(_ query: ArraySlice<UInt8>) throws(HTTPSyntaxError) -> [(String, String)] {
        var pairs: [(String, String)] = []
        for part in query.split(separator: UInt8(ascii: "&")) {
            let equals = part.firstIndex(of: UInt8(ascii: "=")) ?? part.endIndex
            let name = try PercentDecoding.text(part[..<equals], plusIsSpace: true)
            let value = try PercentDecoding.text(part[equals...].dropFirst(), plusIsSpace: true)
            pairs.append((name, value))
        }
        return pairs
    }
}
