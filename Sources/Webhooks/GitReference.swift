/// A full git ref name of a branch or a tag, checked by the rules of git-check-ref-format(1).
public struct GitReference: Sendable, Hashable {
    public enum Kind: Sendable, Hashable { case branch, tag, other }

    /// Longer names do not fit into a file name with git's own additions.
    public static let maximumLength = 1000

    /// e.g. `refs/heads/main`.
    public let fullName: String
    public let kind: Kind
    /// What stands after `refs/heads/` or `refs/tags/`; for others, after `refs/`.
    public let shortName: String

    /// Nil unless `fullName` starts with `refs/` and git would accept it; a short name may not start with `-` either, as
    /// git's own commands refuse to make one.
    public init?(_ fullName: String) {
        let utf8 = fullName.utf8
        guard utf8.count <= GitReference.maximumLength, utf8.starts(with: "refs/".utf8),
            !GitReference.hasForbiddenByte(utf8), !GitReference.hasForbiddenPair(utf8), utf8.last != UInt8(ascii: ".")
        else { return nil }
        let components = fullName.split(separator: "/", omittingEmptySubsequences: false)
        guard components.count > 1, components.allSatisfy(GitReference.isComponent) else { return nil }
        (kind, shortName) =
            switch components[1] {
            case "heads" where components.count > 2: (.branch, components[2...].joined(separator: "/"))
            case "tags" where components.count > 2: (.tag, components[2...].joined(separator: "/"))
            default: (.other, components[1...].joined(separator: "/"))
            }
        guard !shortName.hasPrefix("-") else { return nil }
        self.fullName = fullName
    }

    private static func isComponent(_ text: Substring) -> Bool {
        !text.isEmpty && !text.hasPrefix(".") && !text.hasSuffix(".lock")
    }

    /// `..` and `@{`. Not by `contains`, which costs more than all the rest of reading a delivery.
    private static func hasForbiddenPair(_ utf8: String.UTF8View) -> Bool {
        zip(utf8, utf8.dropFirst()).contains { pair in
            pair == (UInt8(ascii: "."), UInt8(ascii: ".")) || pair == (UInt8(ascii: "@"), UInt8(ascii: "{"))
        }
    }

    private static func hasForbiddenByte(_ utf8: String.UTF8View) -> Bool {
        utf8.contains { byte in
            switch byte {
            case 0...0x20, 0x7F, UInt8(ascii: "~"), UInt8(ascii: "^"), UInt8(ascii: ":"), UInt8(ascii: "?"),
                UInt8(ascii: "*"), UInt8(ascii: "["), UInt8(ascii: "\\"):
                true
            default: false
            }
        }
    }
}

/// The id of a git object: 40 hexadecimal digits of SHA-1 or 64 of SHA-256.
public enum GitObjectID {
    public static func isValid(_ text: String) -> Bool {
        let utf8 = text.utf8
        return (utf8.count == 40 || utf8.count == 64)
            && utf8.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
            }
    }

    /// Whether it is the id that stands for "no object".
    public static func isZero(_ text: String) -> Bool { text.utf8.allSatisfy { $0 == UInt8(ascii: "0") } }
}
