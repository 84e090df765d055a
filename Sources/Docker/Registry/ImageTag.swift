/// What a tag may be: `[A-Za-z0-9_][A-Za-z0-9._-]{0,127}`
/// (https://github.com/opencontainers/distribution-spec/blob/main/spec.md#pulling-manifests).
public enum ImageTag {
    public static let maximumLength = 128

    public static func isValid(_ tag: String) -> Bool {
        guard let first = tag.utf8.first, tag.utf8.count <= maximumLength else { return false }
        guard first != UInt8(ascii: "."), first != UInt8(ascii: "-") else { return false }
        return tag.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
    }
}
