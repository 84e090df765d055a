/// Rules for names that come from outside before git sees them.
public enum GitName {
    /// Whether `text` is a full object id: 40 (SHA-1) or 64 (SHA-256) lower-case hexadecimal digits.
    public static func isCommit(_ text: String) -> Bool {
        let utf8 = text.utf8
        return (utf8.count == 40 || utf8.count == 64)
            && utf8.allSatisfy { byte in
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
            }
    }

    /// Whether `text` is a full name of a branch, tag or other ref, by the rules of git-check-ref-format(1).
    public static func isReference(_ text: String) -> Bool {
        guard text.utf8.count <= 1024, text.hasPrefix("refs/"), !text.hasSuffix("."), !text.contains(".."),
            !text.contains("@{")
        else { return false }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        return parts.count >= 3
            && parts.allSatisfy { part in
                !part.isEmpty && !part.hasPrefix(".") && !part.hasPrefix("-") && !part.hasSuffix(".lock")
                    && part.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7f && !"~^:?*[\\".utf8.contains($0) }
            }
    }

    /// Whether `text` is a path inside a tree: relative, no empty, `.` or `..` part, no control characters.
    public static func isPath(_ text: String) -> Bool {
        guard (1...4096).contains(text.utf8.count), text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7f }) else {
            return false
        }
        return text.split(separator: "/", omittingEmptySubsequences: false)
            .allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
    }
}
