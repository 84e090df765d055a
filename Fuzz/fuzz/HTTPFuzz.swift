@testable import HTTPServer

/// A connection's bytes come to the same requests and bodies however they are split.
enum HTTPFuzz {
    static func check(_ bytes: [UInt8]) -> Int32 {
        let whole = reading(bytes, step: max(1, bytes.count))
        // The first byte chooses how they are split.
        let step = 1 + Int(bytes.first ?? 0) % 17
        if reading(bytes, step: step) != whole { fail("another outcome in pieces of \(step)") }
        return 0
    }

    /// Each request and its body, then an error or where it stands.
    private static func reading(_ bytes: [UInt8], step: Int) -> [String] {
        let limits = HTTPLimits()
        var outcome: [String] = []
        var parser = RequestHeadParser(limits: limits)
        var decoder: BodyDecoder?
        var body: [UInt8] = []
        var (start, end) = (0, 0)

        func next() throws(HTTPSyntaxError) -> Bool {
            let span = bytes.span.extracting(start..<end)
            var index = 0
            defer { start += index }
            guard decoder != nil else {
                guard let head = try parser.advance(span) else { return false }
                index = parser.consumed
                parser = RequestHeadParser(limits: limits)
                outcome.append("\(head.method) \(head.target.segments) \(head.target.query) \(head.framing)")
                decoder = try BodyDecoder(head.framing, limits: limits, bodyLimit: 4096)
                return true
            }
            switch try decoder?.next(span, at: &index) {
            case .data(let range): body += range.map { span[$0] }
            case .end:
                outcome.append("body \(body)")
                (decoder, body) = (nil, [])
            case .needsMore, nil: return false
            }
            return true
        }

        do throws(HTTPSyntaxError) {
            while end < bytes.count {
                end = min(bytes.count, end + step)
                while try next() {}
            }
            outcome.append(decoder == nil ? "in head" : "in body \(body)")
        } catch {
            outcome.append("error \(error.status)")
        }
        return outcome
    }
}
