/// What the fields that steer the connection say, gathered while they come.
struct FieldSemantics {
    private var host: Range<Int>?
    private var contentLength: Int?
    private var isChunked = false
    private var asksClose = false
    private var asksKeepAlive = false
    private var expectsContinue = false

    /// Notes one field.
    mutating func take(_ bytes: Span<UInt8>, name: Range<Int>, value: Range<Int>) throws(HTTPSyntaxError) {
        switch name.count {
        case 4 where equal(bytes, name, "host"):
            try refuseTabs(bytes, around: value)
            try takeHost(bytes, value)
        case 6 where equal(bytes, name, "expect"): try takeExpect(bytes, value)
        case 10 where equal(bytes, name, "connection"): takeConnection(bytes, value)
        case 14 where equal(bytes, name, "content-length"):
            try refuseTabs(bytes, around: value)
            try takeLength(bytes, value)
        case 17 where equal(bytes, name, "transfer-encoding"):
            try refuseTabs(bytes, around: value)
            try takeEncoding(bytes, value)
        default: break
        }
    }

    /// The whole, once the last field was noted.
    /// - Parameter authority: of a target in absolute form; it must be the host that is named (RFC 9112 §3.2.2).
    func finish(
        _ bytes: Span<UInt8>, minorVersion: Int, authority: String?
    ) throws(HTTPSyntaxError) -> (framing: BodyFraming, keepsAlive: Bool, expectsContinue: Bool) {
        if minorVersion == 1, host == nil { throw .bad("HTTP/1.1 needs a Host header field") }
        if let authority, let host, authority.lowercased() != FieldSemantics.text(bytes, host).lowercased() {
            throw .bad("Host and the request target name different hosts")
        }
        if isChunked {
            // RFC 9112 §6.1: both together are an attempt to smuggle, and 1.0 has no chunks.
            guard contentLength == nil else { throw .bad("Content-Length and Transfer-Encoding exclude each other") }
            guard minorVersion == 1 else { throw .bad("HTTP/1.0 has no Transfer-Encoding") }
        }
        let framing: BodyFraming = isChunked ? .chunked : contentLength.map { $0 > 0 ? .length($0) : .none } ?? .none
        let keepsAlive = !asksClose && (minorVersion == 1 || asksKeepAlive)
        return (framing, keepsAlive, expectsContinue && minorVersion == 1 && framing != .none)
    }

    private mutating func takeHost(_ bytes: Span<UInt8>, _ value: Range<Int>) throws(HTTPSyntaxError) {
        guard host == nil else { throw .bad("more than one Host header field") }
        guard HostSyntax.isValid(bytes, value) else {
            throw .bad("the Host header field must be a host and an optional port")
        }
        host = value
    }

    private static func text(_ bytes: Span<UInt8>, _ range: Range<Int>) -> String {
        bytes.extracting(range).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }

    /// RFC 9110 allows tabs around a value, but readers disagree about them, so what says where a request goes and ends
    /// has none.
    private func refuseTabs(_ bytes: Span<UInt8>, around value: Range<Int>) throws(HTTPSyntaxError) {
        var (start, end) = (value.lowerBound - 1, value.upperBound)
        while start >= 0, bytes[start] == 0x20 { start -= 1 }
        while end < bytes.count, bytes[end] == 0x20 { end += 1 }
        guard start < 0 || bytes[start] != 0x09, end == bytes.count || bytes[end] != 0x09 else {
            throw .bad("tabs around the value of Host, Content-Length or Transfer-Encoding")
        }
    }

    private mutating func takeExpect(_ bytes: Span<UInt8>, _ value: Range<Int>) throws(HTTPSyntaxError) {
        guard equal(bytes, value, "100-continue") else {
            throw HTTPSyntaxError(status: 417, reason: "the only expectation known here is 100-continue")
        }
        expectsContinue = true
    }

    private mutating func takeConnection(_ bytes: Span<UInt8>, _ value: Range<Int>) {
        var start = value.lowerBound
        while start < value.upperBound {
            var end = start
            while end < value.upperBound, bytes[end] != UInt8(ascii: ",") { end += 1 }
            let next = end + 1
            while start < end, bytes[start] == 0x20 || bytes[start] == 0x09 { start += 1 }
            while start < end, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
            if equal(bytes, start..<end, "close") { asksClose = true }
            if equal(bytes, start..<end, "keep-alive") { asksKeepAlive = true }
            start = next
        }
    }

    private mutating func takeLength(_ bytes: Span<UInt8>, _ value: Range<Int>) throws(HTTPSyntaxError) {
        // Equal repetitions may be merged (RFC 9110 §8.6); refusing them is the safer reading.
        guard contentLength == nil else { throw .bad("more than one Content-Length") }
        guard (1...18).contains(value.count), value.allSatisfy({ ByteClass.isDigit(bytes[$0]) }) else {
            throw .bad("Content-Length must be a decimal number")
        }
        contentLength = value.reduce(0) { $0 * 10 + Int(bytes[$1] - UInt8(ascii: "0")) }
    }

    private mutating func takeEncoding(_ bytes: Span<UInt8>, _ value: Range<Int>) throws(HTTPSyntaxError) {
        guard !isChunked else { throw .bad("more than one Transfer-Encoding") }
        guard equal(bytes, value, "chunked") else {
            throw .bad("the only Transfer-Encoding known here is chunked")
        }
        isChunked = true
    }

    /// Whether the bytes are `text` (which is in lower case), in any case.
    private func equal(_ bytes: Span<UInt8>, _ range: Range<Int>, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        return (0..<range.count).allSatisfy {
            ByteClass.lowercased(bytes[range.lowerBound + $0]) == text.utf8Start[$0]
        }
    }
}
