import Core

/// The one pass of `JSONSelection`. It lives no longer than its bytes, and looks at none behind their end.
struct JSONScanner {
    let bytes: UnsafeRawBufferPointer
    var offset = 0
    var depth = 0
    private(set) var found: [JSONValue?]

    init(bytes: UnsafeRawBufferPointer, found: [JSONValue?]) {
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

    private func fail(_ message: String) -> DeploydError { fail(message, at: offset) }

    func fail(_ message: String, at place: Int) -> DeploydError {
        DeploydError(.invalid, "the payload is not the JSON it should be: byte \(place): \(message)")
    }

    private mutating func skipSpace() { offset = bytes.endOfSpace(from: offset) }

    private mutating func object(_ wanted: [JSONSelection.Node]) throws(DeploydError) {
        depth += 1
        guard depth <= JSONSelection.maximumDepth else { throw tooDeep(at: offset) }
        offset += 1
        var isFirst = true
        while try element(isFirst: isFirst) {
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

    /// Moves to the next member (true) or past the closing brace (false).
    private mutating func element(isFirst: Bool) throws(DeploydError) -> Bool {
        skipSpace()
        if next == UInt8(ascii: "}") {
            offset += 1
            return false
        }
        if !isFirst {
            guard next == UInt8(ascii: ",") else { throw fail("expected ',' or the end of the list") }
            offset += 1
            skipSpace()
            guard next != UInt8(ascii: "}") else { throw fail("nothing after ','") }
        }
        return true
    }

    private mutating func key(among wanted: [JSONSelection.Node]) throws(DeploydError) -> JSONSelection.Node? {
        let start = offset
        let isPlain = try skipString()
        guard !wanted.isEmpty else { return nil }
        if isPlain {
            let name = UnsafeRawBufferPointer(rebasing: bytes[start + 1..<offset - 1])
            return wanted.first { $0.key.withUnsafeBytes { $0.holdsSame(name) } }
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
            try skipValue()
            value = .array([])
        case UInt8(ascii: "\""):
            if let text = try plainString() { value = .string(text) } else { value = .string(try text(from: start)) }
        default:
            try skipValue()
            value = try scalar(from: start)
        }
        guard let slot = node.slot else { return }
        guard found[slot] == nil else { throw fail("the member '\(String(decoding: node.key, as: UTF8.self))' twice") }
        found[slot] = value
    }

    /// Steps over a string.
    /// - Returns: what it says; nil where escapes, or bytes that are no text, are the strict parser's to read.
    private mutating func plainString() throws(DeploydError) -> String? {
        let start = offset + 1
        guard try skipString() else { return nil }
        let text = UnsafeRawBufferPointer(rebasing: bytes[start..<offset - 1])
        return String(validating: text.bindMemory(to: UInt8.self), as: UTF8.self)
    }

    /// The string that starts at `start` and ends here, read by the strict parser.
    private func text(from start: Int) throws(DeploydError) -> String { try scalar(from: start).string ?? "" }

    private func scalar(from start: Int) throws(DeploydError) -> JSONValue {
        do { return try JSONValue.parse(Array(bytes[start..<offset])) } catch {
            throw fail(error.message)
        }
    }

    /// - Returns: whether the string has no escapes.
    private mutating func skipString() throws(DeploydError) -> Bool {
        let (end, isPlain) = try endOfString(from: offset)
        offset = end
        return isPlain
    }
}
