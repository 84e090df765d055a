/// A host with a port, or without one: `registry.example.com`, `localhost:5000`, `[::1]:5000`.
struct RegistryHost: Sendable, Hashable {
    /// Without its port.
    let name: String
    /// nil: the scheme's own.
    let port: Int?

    /// nil when it is none.
    init?(_ text: String) {
        let (name, rest) = RegistryHost.parts(of: text)
        guard text.utf8.count <= 255, RegistryHost.isName(name) else { return nil }
        self.name = name
        port = rest.flatMap { UInt16($0) }.map(Int.init)
        // "+80" is a number to Swift.
        guard rest == nil || (port ?? 0) > 0, rest?.hasPrefix("+") != true else { return nil }
    }

    /// Whether it is this machine, and nobody listens on the way.
    var isLoopback: Bool {
        if name == "localhost" || name == "[::1]" { return true }
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    private static func parts(of text: String) -> (String, String?) {
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            let rest = text[text.index(after: end)...]
            return (String(text[...end]), rest.isEmpty ? nil : rest.hasPrefix(":") ? String(rest.dropFirst()) : "")
        }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        return (parts[0], parts.count == 2 ? parts[1] : nil)
    }

    private static func isName(_ name: String) -> Bool {
        if name.hasPrefix("[") {
            return name.hasSuffix("]") && name.utf8.count > 3
                && name.dropFirst().dropLast().utf8.allSatisfy { isHexadecimal($0) || $0 == UInt8(ascii: ":") }
        }
        return name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            !label.isEmpty && !label.hasPrefix("-") && !label.hasSuffix("-")
                && label.utf8.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
        }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...70).contains(byte) || (97...102).contains(byte)
    }
}
