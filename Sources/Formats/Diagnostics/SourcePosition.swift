/// A place in a text: line and column, both from 1. Columns count code points, as editors and libyaml do.
public struct SourcePosition: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let line: Int
    public let column: Int

    public init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }

    public static let start = SourcePosition(line: 1, column: 1)

    public static func < (a: SourcePosition, b: SourcePosition) -> Bool { (a.line, a.column) < (b.line, b.column) }

    public var description: String { "\(line):\(column)" }

    /// Where the byte at `offset` of a UTF-8 text stands. Lines end where libyaml sees them end (YAML 1.1, 4.1.4): also
    /// at a carriage return and at Unicode's own breaks.
    init(offset: Int, in bytes: [UInt8]) {
        var line = 1
        var column = 1
        var index = 0
        while index < min(offset, bytes.count) {
            if let width = SourcePosition.lineBreak(at: index, in: bytes) {
                (line, column) = (line + 1, 1)
                index += width
            } else {
                if bytes[index] & 0xC0 != 0x80 { column += 1 }
                index += 1
            }
        }
        self.init(line: line, column: column)
    }

    /// How many bytes the line break there has; nil where there is none.
    private static func lineBreak(at index: Int, in bytes: [UInt8]) -> Int? {
        switch bytes[index] {
        case 0x0A: 1
        case 0x0D: bytes.dropFirst(index + 1).first == 0x0A ? 2 : 1
        case 0xC2 where bytes[index...].starts(with: [0xC2, 0x85]): 2
        case 0xE2 where bytes[index...].starts(with: [0xE2, 0x80, 0xA8]): 3
        case 0xE2 where bytes[index...].starts(with: [0xE2, 0x80, 0xA9]): 3
        default: nil
        }
    }
}
