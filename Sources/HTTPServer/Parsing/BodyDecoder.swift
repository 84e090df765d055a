/// What a decoder found next.
enum BodyPiece: Equatable {
    /// Content, at these positions of the bytes given.
    case data(Range<Int>)
    case needsMore
    case end
}

/// Finds a body's content, and its end, in bytes that come in any pieces.
struct BodyDecoder {
    private enum Framing {
        case length(remaining: Int)
        case chunked(ChunkedDecoder)
    }

    private var framing: Framing

    /// - Parameter bodyLimit: how many bytes the body may have.
    /// - Throws: 413 when `Content-Length` says already that it has more.
    init(_ framing: BodyFraming, limits: HTTPLimits, bodyLimit: Int) throws(HTTPSyntaxError) {
        switch framing {
        case .none: self.framing = .length(remaining: 0)
        case .length(let length):
            guard length <= bodyLimit else { throw .bodyTooLarge(limit: bodyLimit) }
            self.framing = .length(remaining: length)
        case .chunked:
            guard bodyLimit > 0 else { throw .bodyTooLarge(limit: bodyLimit) }
            self.framing = .chunked(ChunkedDecoder(limits: limits, bodyLimit: bodyLimit))
        }
    }

    /// Moves `index` over what is understood, up to the next piece. Nothing may be asked after `.end`.
    mutating func next(_ bytes: Span<UInt8>, at index: inout Int) throws(HTTPSyntaxError) -> BodyPiece {
        switch framing {
        case .length(let remaining):
            if remaining == 0 { return .end }
            let range = index..<min(bytes.count, index + remaining)
            if range.isEmpty { return .needsMore }
            framing = .length(remaining: remaining - range.count)
            index = range.upperBound
            return .data(range)
        case .chunked(var decoder):
            defer { framing = .chunked(decoder) }
            return try decoder.next(bytes, at: &index)
        }
    }
}
