import Core
import Glibc

/// Stepping over what nobody asked for, which is nearly all of a payload: in one loop, with the place in a register.
extension JSONScanner {
    func tooDeep(at place: Int) -> DeploydError {
        fail("nested more than \(JSONSelection.maximumDepth) deep", at: place)
    }

    /// Steps over the value that begins here.
    mutating func skipValue() throws(DeploydError) {
        var index = offset
        let outside = depth
        // Whether each that is open is an object, the innermost last: no deeper than there are bits.
        var objects: UInt64 = 0
        repeat {
            let byte = bytes.byte(at: index)
            if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
                let isObject = byte == UInt8(ascii: "{")
                depth += 1
                guard depth <= JSONSelection.maximumDepth else { throw tooDeep(at: index) }
                objects = objects << 1 | (isObject ? 1 : 0)
                index = bytes.endOfSpace(from: index + 1)
                if bytes.byte(at: index) != JSONScanner.end(isObject) {
                    if isObject { index = try endOfKey(from: index) }
                    continue
                }
            } else {
                index = try endOfScalar(from: index)
            }
            index = try nextElement(from: index, outside, &objects)
        } while depth > outside
        offset = index
    }

    private static func end(_ isObject: Bool) -> UInt8 { isObject ? UInt8(ascii: "}") : UInt8(ascii: "]") }

    /// Closes what ends behind a value.
    /// - Returns: where the next value begins, or the end when nothing is open any more.
    private mutating func nextElement(
        from start: Int, _ outside: Int, _ objects: inout UInt64
    ) throws(DeploydError) -> Int {
        var index = start
        while depth > outside {
            index = bytes.endOfSpace(from: index)
            let isObject = objects & 1 == 1
            let byte = bytes.byte(at: index)
            if byte == UInt8(ascii: ",") {
                index = bytes.endOfSpace(from: index + 1)
                guard bytes.byte(at: index) != JSONScanner.end(isObject) else {
                    throw fail("nothing after ','", at: index)
                }
                return isObject ? try endOfKey(from: index) : index
            }
            guard byte == JSONScanner.end(isObject) else {
                throw fail("expected ',' or the end of the list", at: index)
            }
            index += 1
            depth -= 1
            objects >>= 1
        }
        return index
    }

    /// - Returns: where the value behind the key and its colon begins.
    private func endOfKey(from start: Int) throws(DeploydError) -> Int {
        guard bytes.byte(at: start) == UInt8(ascii: "\"") else { throw fail("expected a key in quotes", at: start) }
        let colon = bytes.endOfSpace(from: try endOfString(from: start).end)
        guard bytes.byte(at: colon) == UInt8(ascii: ":") else { throw fail("expected ':'", at: colon) }
        return bytes.endOfSpace(from: colon + 1)
    }

    private func endOfScalar(from start: Int) throws(DeploydError) -> Int {
        switch bytes.byte(at: start) {
        case UInt8(ascii: "\""): try endOfString(from: start).end
        case UInt8(ascii: "t"): try end(of: "true", from: start)
        case UInt8(ascii: "f"): try end(of: "false", from: start)
        case UInt8(ascii: "n"): try end(of: "null", from: start)
        default: try endOfNumber(from: start)
        }
    }

    private func end(of word: StaticString, from start: Int) throws(DeploydError) -> Int {
        let end = start + word.utf8CodeUnitCount
        guard end <= bytes.count else { throw fail("expected '\(word)'", at: start) }
        let found = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
        guard word.withUTF8Buffer({ UnsafeRawBufferPointer($0).holdsSame(found) }) else {
            throw fail("expected '\(word)'", at: start)
        }
        return end
    }

    private func endOfNumber(from start: Int) throws(DeploydError) -> Int {
        var index = start
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
                UInt8(ascii: "e"), UInt8(ascii: "E"):
                index += 1
                continue
            default: break
            }
            break
        }
        guard index > start else {
            throw fail(start < bytes.count ? "expected a value" : "the text ends where a value should be", at: start)
        }
        return index
    }

    /// - Parameter start: of its first quote.
    /// - Returns: the place behind its last, and whether it has no escapes.
    func endOfString(from start: Int) throws(DeploydError) -> (end: Int, isPlain: Bool) {
        var index = start + 1
        var isPlain = true
        while true {
            index = bytes.endOfPlainText(from: index)
            guard index < bytes.count else { throw fail("the string does not end", at: bytes.count) }
            switch bytes[index] {
            case UInt8(ascii: "\""): return (index + 1, isPlain)
            case UInt8(ascii: "\\"):
                isPlain = false
                index += 2
            default: throw fail("a control character in a string", at: index)
            }
        }
    }
}

extension UnsafeRawBufferPointer {
    /// NUL, which JSON has nowhere, behind the end.
    fileprivate func byte(at index: Int) -> UInt8 { index < count ? self[index] : 0 }

    func holdsSame(_ other: UnsafeRawBufferPointer) -> Bool {
        guard count == other.count else { return false }
        guard let base = baseAddress, let otherBase = other.baseAddress else { return count == 0 }
        return memcmp(base, otherBase, count) == 0
    }

    func endOfSpace(from start: Int) -> Int {
        var index = start
        while index < count {
            switch self[index] {
            case 0x0A:
                index += 1
                // Indentation.
                while index + 8 <= count,
                    loadUnaligned(fromByteOffset: index, as: UInt64.self) == 0x2020_2020_2020_2020
                { index += 8 }
            case 0x20, 0x0D, 0x09: index += 1
            default: return index
            }
        }
        return index
    }

    /// Where the first quote, backslash or control character from `start` on is; from the end on, that. Eight bytes at
    /// a time.
    @inline(__always)
    fileprivate func endOfPlainText(from start: Int) -> Int {
        var index = start
        while index + 8 <= count {
            let word = UInt64(littleEndian: loadUnaligned(fromByteOffset: index, as: UInt64.self))
            // A byte's high bit is set where the byte is what is looked for; above the first such one it may be set
            // elsewhere too (https://graphics.stanford.edu/~seander/bithacks.html#ZeroInWord).
            let quote = word ^ 0x2222_2222_2222_2222
            let backslash = word ^ 0x5C5C_5C5C_5C5C_5C5C
            let ones: UInt64 = 0x0101_0101_0101_0101
            let found = (quote &- ones) & ~quote | (backslash &- ones) & ~backslash | (word &- 0x20 &* ones) & ~word
            let marks = found & 0x8080_8080_8080_8080
            if marks != 0 { return index + marks.trailingZeroBitCount / 8 }
            index += 8
        }
        while index < count, self[index] >= 0x20, self[index] != UInt8(ascii: "\""), self[index] != UInt8(ascii: "\\") {
            index += 1
        }
        return index
    }
}
