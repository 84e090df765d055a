/// Where the parts of a request line are (RFC 9112 §3).
struct RequestLine {
    let method: Range<Int>
    let target: Range<Int>
    let minorVersion: Int

    private static let longestMethod = 32

    /// - Throws: 400 for a wrong shape, 501 for a method no server has, 505 for a version other than 1.0 and 1.1.
    init(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(HTTPSyntaxError) {
        var index = range.lowerBound
        while index < range.upperBound, ByteClass.isMethod(bytes[index]) { index += 1 }
        guard index > range.lowerBound, index < range.upperBound, bytes[index] == 0x20 else {
            throw .bad("the request line must be a method, a target and a version with one space between them")
        }
        method = range.lowerBound..<index
        guard method.count <= RequestLine.longestMethod else {
            throw HTTPSyntaxError(status: 501, reason: "the method is not known here")
        }
        let start = index + 1
        index = start
        while index < range.upperBound, ByteClass.isTarget(bytes[index]) { index += 1 }
        guard index > start, index < range.upperBound, bytes[index] == 0x20 else {
            throw .bad("the request target is empty or holds a character that must be escaped")
        }
        target = start..<index
        minorVersion = try RequestLine.version(bytes, (index + 1)..<range.upperBound)
    }

    private static func version(_ bytes: Span<UInt8>, _ range: Range<Int>) throws(HTTPSyntaxError) -> Int {
        let prefix: StaticString = "HTTP/"
        guard range.count == 8, (0..<5).allSatisfy({ bytes[range.lowerBound + $0] == prefix.utf8Start[$0] }),
            ByteClass.isDigit(bytes[range.lowerBound + 5]), bytes[range.lowerBound + 6] == UInt8(ascii: "."),
            ByteClass.isDigit(bytes[range.lowerBound + 7])
        else { throw .bad("the request line must end with HTTP/1.1 or HTTP/1.0") }
        guard bytes[range.lowerBound + 5] == UInt8(ascii: "1"), bytes[range.lowerBound + 7] <= UInt8(ascii: "1") else {
            throw HTTPSyntaxError(status: 505, reason: "use HTTP/1.1")
        }
        return Int(bytes[range.lowerBound + 7] - UInt8(ascii: "0"))
    }
}
