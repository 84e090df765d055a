@testable import HTTPServer

/// What reading a connection's bytes comes to, in a form that compares: each request, then an error or where it stands.
/// The fuzzer reads by this too.
func reading(
    _ bytes: [UInt8], pieces: [Int], limits: HTTPLimits = .small, bodyLimit: Int = 1000
) -> [String] {
    var outcome: [String] = []
    var parser = RequestHeadParser(limits: limits)
    var decoder: BodyDecoder?
    var body: [UInt8] = []
    var (start, end) = (0, 0)
    var pieces = pieces[...]

    /// One step over what is there; false when more is needed.
    func step() throws(HTTPSyntaxError) -> Bool {
        let span = bytes.span.extracting(start..<end)
        var index = 0
        defer { start += index }
        if decoder == nil {
            guard let head = try parser.advance(span) else { return false }
            index = parser.consumed
            parser = RequestHeadParser(limits: limits)
            outcome.append(
                "\(head.method) \(head.target.segments) \(head.target.query) \(head.framing) \(head.keepsAlive)")
            decoder = try BodyDecoder(head.framing, limits: limits, bodyLimit: bodyLimit)
            return true
        }
        switch try decoder?.next(span, at: &index) {
        case .data(let range): body += (range.lowerBound..<range.upperBound).map { span[$0] }
        case .end:
            outcome.append("body \(body)")
            (decoder, body) = (nil, [])
        case .needsMore, nil: return false
        }
        return true
    }

    do throws(HTTPSyntaxError) {
        while end < bytes.count {
            end = min(bytes.count, end + max(1, pieces.popFirst() ?? bytes.count))
            while try step() {}
        }
        outcome.append(decoder == nil ? "in head" : "in body \(body)")
    } catch {
        outcome.append("error \(error.status)")
    }
    return outcome
}

extension HTTPLimits {
    /// Bounds that tests reach with few bytes.
    static var small: HTTPLimits {
        var limits = HTTPLimits()
        limits.requestLine = 100
        limits.head = 400
        limits.fields = 8
        limits.chunkExtension = 20
        limits.trailers = 40
        return limits
    }
}
