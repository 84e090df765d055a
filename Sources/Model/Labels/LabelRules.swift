import Core

/// What labels may be called and hold: as Kubernetes has them
/// (https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#syntax-and-character-set).
public enum LabelRules {
    static let keyRule =
        "use 1 to 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends; a domain and '/' may stand "
        + "before it"
    static let valueRule =
        "use up to 63 letters, digits, '-', '_' and '.', with a letter or digit at both ends; it may be empty"

    private static let name = "[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?"
    private static let domain = "[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*"
    static let keyPattern = "^((?=[^/]{1,253}/)\(domain)/)?\(name)$"
    static let valuePattern = "^(\(name))?$"

    /// `team` or `example.com/team`.
    public static func isKey(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard let last = parts.last, parts.count <= 2, isName(last) else { return false }
        return parts.count == 1 || isDomain(parts[0])
    }

    public static func isValue(_ text: String) -> Bool { text.isEmpty || isName(text.utf8[...]) }

    /// What is wrong with an object's labels, by their keys; for bodies that do not come from a file.
    public static func problems(_ labels: [String: String]) -> [(key: String, problem: String)] {
        labels.sorted { $0.key < $1.key }.compactMap { key, value in
            if !isKey(key) { return (key, "not a label's name: \(keyRule)") }
            return isValue(value) ? nil : (key, "'\(value)' is not a label's value: \(valueRule)")
        }
    }

    private static func isName(_ text: Substring.UTF8View) -> Bool {
        guard let first = text.first, let last = text.last else { return false }
        return text.count <= 63 && isAlphanumeric(first) && isAlphanumeric(last)
            && text.allSatisfy { isAlphanumeric($0) || "._-".utf8.contains($0) }
    }

    private static func isDomain(_ text: Substring.UTF8View) -> Bool {
        guard (1...253).contains(text.count) else { return false }
        let labels = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return labels.allSatisfy { label in
            guard let first = label.first, let last = label.last else { return false }
            return isLowercase(first) && isLowercase(last)
                && label.allSatisfy { isLowercase($0) || $0 == UInt8(ascii: "-") }
        }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isLowercase(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }

    private static func isLowercase(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
