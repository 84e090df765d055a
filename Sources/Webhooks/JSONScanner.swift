import Core

/// The one pass of `JSONSelection`.
struct JSONScanner {
    private let bytes: [UInt8]
    private var offset = 0
    private var depth = 0
    private(set) var found: [JSONValue?]

    init(bytes: [UInt8], found: [JSONValue?]) {
        self.bytes = bytes
        self.found = found
    }

    mutating func document(_ root: JSONSelection.Node) throws(DeploydError) {
        skipSpace()
        guard next == UInt8(ascii: "{") else { throw fail("expected an object") }
        try object(root.children)
        skipSpace()
        guard offset == bytes.count else { throw fail("unexpected text after the object") }
    }

    private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private func fail(_ message: String) -> DeploydError {
        DeploydError(.invalid, "the payload is not the JSON it should be: byte \(offset): \(message)")
    }

    private mutating func skipSpace() {
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x20, 0x0A, 0x0D, 0x09: offset += 1
            default: return
            }
        }
    }

    private mutating func object(_ wanted: [JSONSelection.Node]) throws(DeploydError) {
        try open()
        var isFirst = true
        while try element(isFirst: isFirst, end: UInt8(ascii: "}")) {
            isFirst = false
            guard next == UInt8(ascii: "\"") else { throw fail("expected a key in quotes") }
            let node = try key(among: wanted)
            skipSpace()
            guard next == UInt8(ascii: ":") else { throw fail("expected ':'") }
            offset += 1
            skipSpace()
            if let node { try member(node) } else { try skipValue() }
        }
        depth -= 1
    }

    private mutating func array() throws(DeploydError) {
        try open()
        var isFirst = true
        while try element(isFirst: isFirst, end: UInt8(ascii: "]")) {
            isFirst = false
            try skipValue()
        }
        depth -= 1
    }

    private mutating func open() throws(DeploydError) {
        depth += 1
        guard depth <= JSONSelection.maximumDepth else {
            throw fail("nested more than \(JSONSelection.maximumDepth) deep")
        }
        offset += 1
    }

    /// Moves to the next element (true) or past the closing `end` (false).
    private mutating func element(isFirst: Bool, end: UInt8) throws(DeploydError) -> Bool {
        skipSpace()
        if next == end {
            offset += 1
            return false
        }
        if !isFirst {
            guard next == UInt8(ascii: ",") else { throw fail("expected ',' or the end of the list") }
            offset += 1
            skipSpace()
            guard next != end else { throw fail("nothing after ','") }
        }
        return true
    }

    private mutating func key(among wanted: [JSONSelection.Node]) throws(DeploydError) -> JSONSelection.Node? {
        let start = offset
        let isPlain = try skipString()
        guard !wanted.isEmpty else { return nil }
        if isPlain {
            let name = bytes[start + 1..<offset - 1]
            return wanted.first { $0.key.count == name.count && $0.key.elementsEqual(name) }
        }
        let name = Array(try text(from: start).utf8)
        return wanted.first { $0.key == name }
    }

    private mutating func member(_ node: JSONSelection.Node) throws(DeploydError) {
        let start = offset
        let value: JSONValue
        switch next {
        case UInt8(ascii: "{"):
            try object(node.children)
            value = .object([:])
        case UInt8(ascii: "["):
            try array()
            value = .array([])
        case UInt8(ascii: "\""):
            try skipString()
            value = .string(try text(from: start))
        default:
            try skipValue()
            value = try scalar(from: start)
        }
        guard let slot = node.slot else { return }
        guard found[slot] == nil else { throw fail("the member '\(String(decoding: node.key, as: UTF8.self))' twice") }
        found[slot] = value
    }

    /// The string that starts at `start` and ends here, read by the strict parser.
    private func text(from start: Int) throws(DeploydError) -> String { try scalar(from: start).string ?? "" }

    private func scalar(from start: Int) throws(DeploydError) -> JSONValue {
        do { return try JSONValue.parse(bytes[start..<offset]) } catch {
            throw fail(error.message)
        }
    }

    private mutating func skipValue() throws(DeploydError) {
        switch next {
        case UInt8(ascii: "{"): try object([])
        case UInt8(ascii: "["): try array()
        case UInt8(ascii: "\""): try skipString()
        case UInt8(ascii: "t"): try skip(word: "true")
        case UInt8(ascii: "f"): try skip(word: "false")
        case UInt8(ascii: "n"): try skip(word: "null")
        default: try skipNumber()
        }
    }

    private mutating func skip(word: StaticString) throws(DeploydError) {
        let end = offset + word.utf8CodeUnitCount
        guard end <= bytes.count, word.withUTF8Buffer({ bytes[offset..<end].elementsEqual($0) }) else {
            throw fail("expected '\(word)'")
        }
        offset = end
    }

    private mutating func skipNumber() throws(DeploydError) {
        let start = offset
        while let byte = next {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."),
                UInt8(ascii: "e"), UInt8(ascii: "E"):
                offset += 1
            default:
                guard offset > start else { throw fail("expected a value") }
                return
            }
        }
        guard offset > start else { throw fail("the text ends where a value should be") }
    }

    /// - Returns: whether the string has no escapes.
    @discardableResult
    private mutating func skipString() throws(DeploydError) -> Bool {
        var index = offset + 1
        var isPlain = true
        defer { offset = index }
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "\""):
                index += 1
                return isPlain
            case UInt8(ascii: "\\"):
                isPlain = false
                index += 2
            case 0..<0x20: throw fail("a control character in a string")
            default: index += 1
            }
        }
        index = bytes.count
        throw fail("the string does not end")
    }
}
