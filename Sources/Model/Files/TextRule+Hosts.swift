import Core
import Formats

extension TextRule {
    /// A host's name (RFC 1123), not an address.
    static let hostName = TextRule(
        expected: "a host name",
        rule: "use letters, digits, '-' and '.', such as hello.example.com; neither an address nor a port",
        pattern: "^([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\\.)*[A-Za-z]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$",
        isValid: HostName.isValid)

    /// A part of the paths that a service has.
    static let pathPrefix = TextRule(
        expected: "a path",
        rule: "use one that begins with /, of letters, digits and - . _ ~, without //, /. and /..",
        pattern: "^/$|^(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)+/?$"
    ) { text in
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.first == "", parts.count > 1, text.utf8.count <= 200 else { return false }
        return parts.dropFirst().enumerated().allSatisfy { index, part in
            (part.isEmpty && index == parts.count - 2)
                || (!part.isEmpty && part.first != "."
                    && part.utf8.allSatisfy { isAlphanumeric($0) || "._~-".utf8.contains($0) })
        }
    }
}

/// Names of hosts.
enum HostName {
    static let longest = 253

    static func isValid(_ text: String) -> Bool {
        let labels = text.lowercased().split(separator: ".", omittingEmptySubsequences: false)
        return text.utf8.count <= longest && text.utf8.allSatisfy { $0 < 0x80 }
            && labels.allSatisfy { DNSLabel.isValid(String($0)) }
            && labels.last?.utf8.first.map { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) } == true
    }
}

private func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "A")...UInt8(ascii: "Z"):
        true
    default: false
    }
}

extension Shape where Value == String {
    /// A host's name, in lower case.
    static let hostName = string(.hostName).map { $0.lowercased() }

    /// A path, without the `/` at its end unless it is nothing else.
    static let pathPrefix = string(.pathPrefix).map { $0.count > 1 && $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
}
