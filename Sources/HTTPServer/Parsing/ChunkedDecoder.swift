/// Reads a body in chunks (RFC 9112 §7.1) from bytes that come in any pieces. Strict: sizes are hexadecimal digits and
/// nothing else, lines end with CR LF. Extensions and trailer fields are checked, bounded and dropped.
struct ChunkedDecoder {
    private enum State {
        case size(digits: Int)
        case chunkExtension(count: Int)
        case sizeLineFeed
        case data
        case dataReturn
        case dataLineFeed
        case trailerStart
        case trailerName
        case trailerValue
        case trailerLineFeed
        case lastLineFeed
    }

    private let limits: HTTPLimits
    private let bodyLimit: Int
    private var state = State.size(digits: 0)
    /// The rest of this chunk.
    private var remaining = 0
    /// All chunks announced so far.
    private var total = 0
    private var trailerBytes = 0

    /// - Parameter bodyLimit: how many bytes the body may have; a chunk that goes past it is refused by its size line.
    init(limits: HTTPLimits, bodyLimit: Int) {
        self.limits = limits
        self.bodyLimit = bodyLimit
    }

    /// Moves `index` over what is understood, up to the next piece of the body.
    mutating func next(_ bytes: Span<UInt8>, at index: inout Int) throws(HTTPSyntaxError) -> BodyPiece {
        while index < bytes.count {
            if case .data = state {
                let end = min(bytes.count, index + remaining)
                let range = index..<end
                remaining -= range.count
                if remaining == 0 { state = .dataReturn }
                index = end
                return .data(range)
            }
            let byte = bytes[index]
            index += 1
            if case .lastLineFeed = state {
                guard byte == 0x0A else { throw .chunkLine }
                return .end
            }
            try take(byte)
        }
        return .needsMore
    }

    private mutating func take(_ byte: UInt8) throws(HTTPSyntaxError) {
        switch state {
        case .size(let digits): try size(byte, digits)
        case .chunkExtension(let count): try chunkExtension(byte, count)
        case .sizeLineFeed:
            guard byte == 0x0A else { throw .chunkLine }
            state = remaining > 0 ? .data : .trailerStart
        case .dataReturn:
            guard byte == 0x0D else { throw .bad("a chunk is longer than its size says") }
            state = .dataLineFeed
        case .dataLineFeed:
            guard byte == 0x0A else { throw .chunkLine }
            state = .size(digits: 0)
        case .trailerStart, .trailerName, .trailerValue, .trailerLineFeed: try trailer(byte)
        case .data, .lastLineFeed: break
        }
    }

    private mutating func size(_ byte: UInt8, _ digits: Int) throws(HTTPSyntaxError) {
        if let value = ByteClass.hexadecimal(byte) {
            // 15 digits stay below 2⁶⁰: no overflow.
            guard digits < 15 else { throw .bad("a chunk's size has too many digits") }
            if digits == 0 { remaining = 0 }
            remaining = remaining << 4 | Int(value)
            state = .size(digits: digits + 1)
            return
        }
        guard digits > 0, byte == 0x0D || byte == UInt8(ascii: ";") else {
            throw .bad("a chunk's size must be hexadecimal digits")
        }
        guard remaining <= bodyLimit - total else { throw .bodyTooLarge(limit: bodyLimit) }
        total += remaining
        state = byte == 0x0D ? .sizeLineFeed : .chunkExtension(count: 0)
    }

    private mutating func chunkExtension(_ byte: UInt8, _ count: Int) throws(HTTPSyntaxError) {
        if byte == 0x0D {
            state = .sizeLineFeed
            return
        }
        guard ByteClass.isFieldValue(byte) else { throw .chunkLine }
        guard count < limits.chunkExtension else { throw .bad("a chunk's extension is too long") }
        state = .chunkExtension(count: count + 1)
    }

    private mutating func trailer(_ byte: UInt8) throws(HTTPSyntaxError) {
        trailerBytes += 1
        guard trailerBytes <= limits.trailers else {
            throw HTTPSyntaxError(status: 431, reason: "the trailer fields have more than \(limits.trailers) bytes")
        }
        switch state {
        case .trailerStart where byte == 0x0D: state = .lastLineFeed
        case .trailerStart, .trailerName:
            let isColon: Bool = if case .trailerName = state { byte == UInt8(ascii: ":") } else { false }
            guard isColon || ByteClass.isToken(byte) else {
                throw .bad("a trailer field must be a name, ':' and a value")
            }
            state = isColon ? .trailerValue : .trailerName
        case .trailerValue:
            guard byte == 0x0D || ByteClass.isFieldValue(byte) else { throw .chunkLine }
            if byte == 0x0D { state = .trailerLineFeed }
        default:
            guard byte == 0x0A else { throw .chunkLine }
            state = .trailerStart
        }
    }
}

extension HTTPSyntaxError {
    fileprivate static var chunkLine: HTTPSyntaxError { .bad("a line of a chunked body must end with CR LF") }

    static func bodyTooLarge(limit: Int) -> HTTPSyntaxError {
        let problem = HTTPProblem.bodyTooLarge(limit: limit)
        return HTTPSyntaxError(status: problem.status, reason: problem.detail)
    }
}
