/// Reads one request's head (RFC 9112 §2 to §6) from bytes that come in any pieces.
///
/// The bytes are looked at once, in order, and an error depends only on the bytes up to the one that shows it: so the
/// outcome is the same however they were split. Strict where leniency lets two readers disagree about where a request
/// ends: no bare CR or LF, no folded fields, no space before the colon, one `Host`, one `Content-Length`.
struct RequestHeadParser {
    private let limits: HTTPLimits
    /// The next byte to look at.
    private var scanned = 0
    private var lineStart = 0
    private var sawReturn = false
    private var line: RequestLine?
    private var fields: [HTTPRequestHead.Field] = []
    private var semantics = FieldSemantics()

    init(limits: HTTPLimits) { self.limits = limits }

    /// How many bytes the head had, once `advance` has returned it.
    var consumed: Int { scanned }

    /// Whether nothing of a request was seen yet.
    var isAtStart: Bool { line == nil && lineStart == scanned }

    /// Looks at what is new.
    /// - Parameter bytes: everything of this head received so far, from its first byte.
    /// - Returns: the head when it is complete, nil when more bytes are needed.
    mutating func advance(_ bytes: Span<UInt8>) throws(HTTPSyntaxError) -> HTTPRequestHead? {
        while let end = try nextLine(bytes) {
            let range = lineStart..<end
            lineStart = scanned
            guard let line else {
                // RFC 9112 §2.2: a server should ignore an empty line before the request line; one is enough.
                if range.isEmpty, range.lowerBound == 0 { continue }
                self.line = try RequestLine(bytes, range)
                continue
            }
            if range.isEmpty { return try finish(bytes, line) }
            try field(bytes, range)
        }
        return nil
    }

    /// The end of the line (before its CR LF) that starts at `lineStart`; nil when it has not come yet.
    private mutating func nextLine(_ bytes: Span<UInt8>) throws(HTTPSyntaxError) -> Int? {
        // The limits are checked by position, not by what happens to be there, so that a split changes nothing.
        let requestLineEnd = line == nil ? lineStart + limits.requestLine : Int.max
        let bound = min(bytes.count, limits.head, requestLineEnd)
        while scanned < bound {
            let byte = bytes[scanned]
            scanned += 1
            if byte > 0x0D, !sawReturn { continue }
            if byte == 0x0A, sawReturn {
                sawReturn = false
                return scanned - 2
            }
            guard !sawReturn, byte != 0x0A else { throw .bad("a line must end with CR LF") }
            guard byte != 0 else { throw .bad("the request's head holds a NUL") }
            sawReturn = byte == 0x0D
        }
        if scanned == requestLineEnd {
            throw HTTPSyntaxError(status: 414, reason: "the request line is longer than \(limits.requestLine) bytes")
        }
        if scanned == limits.head {
            throw HTTPSyntaxError(status: 431, reason: "the request's head is longer than \(limits.head) bytes")
        }
        return nil
    }

    private mutating func field(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(HTTPSyntaxError) {
        var colon = range.lowerBound
        while colon < range.upperBound, ByteClass.isToken(bytes[colon]) { colon += 1 }
        guard colon > range.lowerBound, colon < range.upperBound, bytes[colon] == UInt8(ascii: ":") else {
            throw .bad("a header field must be a name, ':' and a value, on one line")
        }
        var value = (colon + 1)..<range.upperBound
        while value.lowerBound < value.upperBound, isSpace(bytes[value.lowerBound]) {
            value = (value.lowerBound + 1)..<value.upperBound
        }
        while value.lowerBound < value.upperBound, isSpace(bytes[value.upperBound - 1]) {
            value = value.lowerBound..<(value.upperBound - 1)
        }
        for index in value {
            guard ByteClass.isFieldValue(bytes[index]) else { throw .bad("a header value holds a control character") }
        }
        guard fields.count < limits.fields else {
            throw HTTPSyntaxError(status: 431, reason: "more than \(limits.fields) header fields")
        }
        if fields.isEmpty { fields.reserveCapacity(16) }
        let name = range.lowerBound..<colon
        fields.append(HTTPRequestHead.Field(name: Range(narrowing: name), value: Range(narrowing: value)))
        try semantics.take(bytes, name: name, value: value)
    }

    private func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    private mutating func finish(
        _ bytes: Span<UInt8>, _ line: RequestLine
    ) throws(HTTPSyntaxError) -> HTTPRequestHead {
        let head = bytes.extracting(0..<scanned).withUnsafeBufferPointer { Array($0) }
        let method = HTTPMethod(String(decoding: head[line.method], as: UTF8.self))
        let target = try RequestTarget(head[line.target], method: method)
        let outcome = try semantics.finish(bytes, minorVersion: line.minorVersion, authority: target.authority)
        return HTTPRequestHead(
            bytes: head, fields: fields, method: method, target: target, minorVersion: line.minorVersion,
            framing: outcome.framing, keepsAlive: outcome.keepsAlive, expectsContinue: outcome.expectsContinue)
    }
}

extension Range<Int32> {
    /// Positions in a head are bounded by `HTTPLimits.head`, far below 2³¹.
    fileprivate init(narrowing range: Range<Int>) {
        self = Int32(truncatingIfNeeded: range.lowerBound)..<Int32(truncatingIfNeeded: range.upperBound)
    }
}
