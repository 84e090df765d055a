/// Puts a response's head together from the lines that libcurl gives, passing over informational responses and over
/// redirects that it follows.
struct ResponseHeadParser {
    enum Progress {
        case more
        case complete(HTTPClientResponseHead)
        case tooLarge
    }

    static let maximumBytes = 256 << 10

    private let followsRedirects: Bool
    private var status = 0
    private var headers: [(String, String)] = []
    private var taken = 0

    init(followsRedirects: Bool) { self.followsRedirects = followsRedirects }

    mutating func add(_ line: UnsafeRawBufferPointer) -> Progress {
        taken += line.count
        guard taken <= ResponseHeadParser.maximumBytes else { return .tooLarge }
        let text = line.prefix { $0 != 0x0D && $0 != 0x0A }
        if text.isEmpty { return end() }
        if text.starts(with: "HTTP/".utf8) {
            status = Int(String(decoding: text.split(separator: 0x20).dropFirst().first ?? [], as: UTF8.self)) ?? 0
            headers = []
        } else if let colon = text.firstIndex(of: UInt8(ascii: ":")) {
            let name = String(decoding: text[..<colon], as: UTF8.self)
            headers.append((name, String(decoding: trimmed(text[(colon + 1)...]), as: UTF8.self)))
        }
        return .more
    }

    private func end() -> Progress {
        let head = HTTPClientResponseHead(status: status, headers: headers)
        if status < 200 { return .more }
        if followsRedirects, (300..<400).contains(status), head.header("Location") != nil { return .more }
        return .complete(head)
    }

    private func trimmed(_ text: Slice<UnsafeRawBufferPointer>) -> Slice<UnsafeRawBufferPointer> {
        func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
        let start = text.drop(while: isSpace)
        return start[..<(start.lastIndex { !isSpace($0) }.map { $0 + 1 } ?? start.startIndex)]
    }
}
