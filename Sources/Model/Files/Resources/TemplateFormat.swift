import Core
import Formats

/// `template:` of a definition: in place, or in a file beside it.
enum TemplateSource: Sendable {
    case inline(JSONValue)
    /// Its name.
    case file(String)
}

enum TemplateFormat {
    /// What follows a slug, so that no file is both a definition and a template.
    private static let example = "SLUG.k8s.yaml"

    static let shape = Shape<TemplateSource>(.anything(expected: expected)) { place in
        if let text = place.node.scalar?.text, place.node.scalar?.kind == .string, place.node.tag == nil {
            guard isFile(text) else {
                place.fail("'\(shortened(text))' names no template: it is a file beside this one, such as \(example)")
                return nil
            }
            return .file(text)
        }
        guard place.node.mapping != nil else { return place.fail(expected: expected) }
        return Shape.json(expected).read(place).map(TemplateSource.inline)
    }

    private static let expected = "a mapping, or the name of a file beside this one"

    /// A template in a file as drivers get it: its name with the repository's, for what they say of it, and its text.
    static func file(named name: String, _ bytes: [UInt8]) -> JSONValue {
        ["file": .string(name), "text": .string(String(decoding: bytes, as: UTF8.self))]
    }

    /// Whether it is the name of a file that holds a template: `A.B.yaml`.
    static func isFile(_ name: String) -> Bool {
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count >= 3, ["yaml", "yml"].contains(parts.last ?? ""), name.utf8.count <= 200 else { return false }
        return parts.allSatisfy { part in
            !part.isEmpty
                && part.utf8.allSatisfy { byte in
                    (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte)
                        || byte == 0x2D || byte == 0x5F
                }
        }
    }
}
