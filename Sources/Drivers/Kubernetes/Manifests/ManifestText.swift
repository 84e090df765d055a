import Core
import Kubernetes

/// Objects as people read them: YAML in blocks, members in the order of their names.
enum ManifestText {
    /// One document for each object.
    static func documents(_ objects: [KubernetesObject]) -> String {
        objects.map { "---\n\(lines($0.json).joined(separator: "\n"))\n" }.joined()
    }

    static func lines(_ value: JSONValue) -> [String] {
        switch value {
        case .object(let members) where !members.isEmpty:
            members.sorted { $0.key < $1.key }.flatMap { key, value in
                beneath("\(scalar(.string(key))):", value)
            }
        case .array(let elements) where !elements.isEmpty:
            elements.flatMap { element in
                let lines = lines(element)
                return lines.enumerated().map { $0.offset == 0 ? "- \($0.element)" : "  \($0.element)" }
            }
        default: [scalar(value)]
        }
    }

    private static func beneath(_ key: String, _ value: JSONValue) -> [String] {
        switch value {
        case .object(let members) where !members.isEmpty: [key] + lines(value).map { "  \($0)" }
        case .array(let elements) where !elements.isEmpty: [key] + lines(value)
        default: ["\(key) \(scalar(value))"]
        }
    }

    private static func scalar(_ value: JSONValue) -> String {
        guard case .string(let text) = value, isPlain(text) else { return value.text }
        return text
    }

    /// Whether every reader of YAML takes the text for itself, unquoted.
    private static func isPlain(_ text: String) -> Bool {
        let words: Set = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
        guard let first = text.utf8.first, let last = text.utf8.last, !words.contains(text.lowercased()) else {
            return false
        }
        return (isLetter(first) || first == UInt8(ascii: "/")) && last != UInt8(ascii: ":")
            && text.utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || "-_./:@".utf8.contains($0) }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }
}

extension KubernetesObject {
    /// As it may be shown: the values of a Secret are not.
    var withoutSecrets: KubernetesObject {
        guard kind == "Secret" else { return self }
        var object = self
        for key in ["data", "stringData"] {
            guard let data = self[key]?.object else { continue }
            object.set([key], .object(data.mapValues { _ in "•••" }))
        }
        return object
    }
}
