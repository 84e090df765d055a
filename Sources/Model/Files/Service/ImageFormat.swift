import Core
import Formats

extension Shape where Value == String {
    /// The name of an image, with neither tag nor digest.
    static let imageName = Shape(string(.imageName).schema) { place in
        let text = place.node.scalar?.text ?? ""
        guard place.node.tag == nil, let name = withoutVersion(text), TextRule.imageName.allows(name) else {
            return string(.imageName).read(place)
        }
        place.fail("'\(shortened(text))': the version is the tag, and what it names is found out; write \(name)")
        return nil
    }

    /// Without a tag or digest; nil where it has none.
    private static func withoutVersion(_ text: String) -> String? {
        let name =
            text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false).first.map(String.init) ?? text
        let start = name.lastIndex(of: "/").map { name.index(after: $0) } ?? name.startIndex
        let end = name[start...].firstIndex(of: ":") ?? name.endIndex
        let found = String(name[..<end])
        return found == text ? nil : found
    }
}

extension TextRule {
    /// The grammar of `github.com/distribution/reference`: a registry where it is not Docker's own, and a path.
    fileprivate static let imageName = TextRule(
        expected: "an image's name",
        rule: "use a name in lower case, without a tag, such as registry.example.com/acme/hello",
        pattern: "^([A-Za-z0-9.-]+(:[0-9]+)?/)?[a-z0-9]+([._-]+[a-z0-9]+)*(/[a-z0-9]+([._-]+[a-z0-9]+)*)*$"
    ) { text in
        guard (1...255).contains(text.utf8.count) else { return false }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let hasRegistry = parts.count > 1 && isRegistry(parts[0])
        return (hasRegistry ? parts.dropFirst() : parts[...]).allSatisfy(isPart)
    }

    private static func isRegistry(_ text: String) -> Bool {
        (text.contains(".") || text.contains(":") || text == "localhost") && TextRule.registry.allows(text)
    }

    private static func isPart(_ text: String) -> Bool {
        guard let first = text.utf8.first, let last = text.utf8.last, isWord(first), isWord(last) else { return false }
        return text.utf8.allSatisfy { isWord($0) || "._-".utf8.contains($0) }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    /// A folder below the service's own.
    static let manifests = TextRule(
        expected: "a folder",
        rule: "use one below the service's own folder, such as k8s, without '.', '..' and empty parts",
        pattern: "^[^/].*$"
    ) { text in
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        let named = parts.last == "" ? parts.dropLast() : parts[...]
        return (1...500).contains(text.utf8.count) && !named.isEmpty
            && text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
            && named.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
    }
}

extension Shape where Value == String {
    /// Without the `/` at its end.
    static let manifests = string(.manifests).checked { text, place in
        guard !text.contains("${") else {
            place.fail("references are not replaced here; name another folder under overrides.ENVIRONMENT")
            return nil
        }
        return text.hasSuffix("/") ? String(text.dropLast()) : text
    }
}
