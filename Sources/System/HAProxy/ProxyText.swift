/// What may stand in HAProxy's configuration as it is: none of it is a space, a quote or anything else that means
/// something there.
enum ProxyText {
    static func isName(_ text: String) -> Bool { (1...100).contains(text.utf8.count) && holds(text, "._-") }

    /// In lower case.
    static func isHost(_ text: String) -> Bool {
        (1...253).contains(text.utf8.count) && holds(text, ".-") && text == text.lowercased()
    }

    static func isPath(_ text: String) -> Bool {
        text == "/" || (text.hasPrefix("/") && !text.hasSuffix("/") && text.utf8.count <= 200 && holds(text, "/._~-"))
    }

    /// `10.0.0.0/8`, `2001:db8::/32`.
    static func isNetwork(_ text: String) -> Bool { (1...64).contains(text.utf8.count) && holds(text, ".:/") }

    private static func holds(_ text: String, _ others: String) -> Bool {
        text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: others.utf8.contains(byte)
            }
        }
    }
}
