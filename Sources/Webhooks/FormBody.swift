/// A body of `application/x-www-form-urlencoded` (https://url.spec.whatwg.org/#urlencoded-parsing).
enum FormBody {
    /// The first value of the field `name`, decoded; nil when there is none or an escape is broken.
    static func value(of name: String, in body: [UInt8]) -> [UInt8]? {
        let prefix = Array("\(name)=".utf8)
        guard let field = body.split(separator: UInt8(ascii: "&")).first(where: { $0.starts(with: prefix) }) else {
            return nil
        }
        return decode(field.dropFirst(prefix.count))
    }

    private static func decode(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        var output: [UInt8] = []
        output.reserveCapacity(text.count)
        var index = text.startIndex
        while index < text.endIndex {
            switch text[index] {
            case UInt8(ascii: "+"): output.append(0x20)
            case UInt8(ascii: "%"):
                guard index + 2 < text.endIndex, let high = digit(text[index + 1]), let low = digit(text[index + 2])
                else { return nil }
                output.append(high << 4 | low)
                index += 2
            case let byte: output.append(byte)
            }
            index += 1
        }
        return output
    }

    private static func digit(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
