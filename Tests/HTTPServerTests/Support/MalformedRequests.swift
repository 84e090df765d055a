/// Requests that a server must refuse, and with what. `R` stands for CR LF; the limits are `HTTPLimits.small`.
let malformedRequests: [(name: String, text: String, status: Int)] = [
    // Framing: every way known to make two readers disagree about where a body ends.
    ("two different lengths", "POST /e HTTP/1.1RHost: xRContent-Length: 3RContent-Length: 4RRabcd", 400),
    ("the same length twice", "POST /e HTTP/1.1RHost: xRContent-Length: 3RContent-Length: 3RRabc", 400),
    ("a list of lengths", "POST /e HTTP/1.1RHost: xRContent-Length: 3, 3RRabc", 400),
    ("a signed length", "POST /e HTTP/1.1RHost: xRContent-Length: +3RRabc", 400),
    ("a negative length", "POST /e HTTP/1.1RHost: xRContent-Length: -1RR", 400),
    ("a hexadecimal length", "POST /e HTTP/1.1RHost: xRContent-Length: 0x3RRabc", 400),
    ("an empty length", "POST /e HTTP/1.1RHost: xRContent-Length:RR", 400),
    ("a length that overflows", "POST /e HTTP/1.1RHost: xRContent-Length: 99999999999999999999RR", 400),
    ("a length with a space", "POST /e HTTP/1.1RHost: xRContent-Length: 1 0RRabc", 400),
    ("length and chunked", "POST /e HTTP/1.1RHost: xRContent-Length: 3RTransfer-Encoding: chunkedRR0RR", 400),
    ("chunked and length", "POST /e HTTP/1.1RHost: xRTransfer-Encoding: chunkedRContent-Length: 3RR0RR", 400),
    ("chunked twice", "POST /e HTTP/1.1RHost: xRTransfer-Encoding: chunkedRTransfer-Encoding: chunkedRR0RR", 400),
    ("chunked in a list", "POST /e HTTP/1.1RHost: xRTransfer-Encoding: chunked, chunkedRR0RR", 400),
    ("gzip and chunked", "POST /e HTTP/1.1RHost: xRTransfer-Encoding: gzip, chunkedRR0RR", 400),
    ("identity", "POST /e HTTP/1.1RHost: xRTransfer-Encoding: identityRRabc", 400),
    ("a misspelt coding", "POST /e HTTP/1.1RHost: xRTransfer-Encoding: xchunkedRR0RR", 400),
    ("a quoted coding", "POST /e HTTP/1.1RHost: xRTransfer-Encoding: \"chunked\"RR0RR", 400),
    ("a coding with a vertical tab", "POST /e HTTP/1.1RHost: xRTransfer-Encoding: \u{0B}chunkedRR0RR", 400),
    ("chunked in 1.0", "POST /e HTTP/1.0RHost: xRTransfer-Encoding: chunkedRR0RR", 400),
    ("space before the colon", "POST /e HTTP/1.1RHost: xRTransfer-Encoding : chunkedRR0RR", 400),
    ("a folded field", "GET /e HTTP/1.1RHost: xRX-A: 1R 2RR", 400),
    ("a folded first field", "GET /e HTTP/1.1R Host: xRR", 400),
    ("a tab before chunked", "POST /e HTTP/1.1RHost: xRTransfer-Encoding:\tchunkedRR0RR", 400),
    ("a tab behind a length", "POST /e HTTP/1.1RHost: xRContent-Length: 3 \t RRabc", 400),
    // Lines.
    ("bare LF after the request line", "GET /e HTTP/1.1\nHost: x\n\n", 400),
    ("bare LF in the fields", "GET /e HTTP/1.1RHost: x\nX: yRR", 400),
    ("bare LF at the end", "GET /e HTTP/1.1RHost: xR\n", 400),
    ("bare CR in a value", "GET /e HTTP/1.1RHost: xRX: a\rbRR", 400),
    ("CR CR LF", "GET /e HTTP/1.1RHost: x\rRR", 400),
    ("NUL in a value", "GET /e HTTP/1.1RHost: xRX: a\0bRR", 400),
    ("NUL in the target", "GET /e\0 HTTP/1.1RHost: xRR", 400),
    ("control character in a value", "GET /e HTTP/1.1RHost: xRX: a\u{01}bRR", 400),
    ("DEL in a value", "GET /e HTTP/1.1RHost: xRX: a\u{7F}bRR", 400),
    // Fields.
    ("no Host", "GET /e HTTP/1.1RR", 400),
    ("two Hosts", "GET /e HTTP/1.1RHost: xRHost: xRR", 400),
    ("an empty Host", "GET /e HTTP/1.1RHost:RR", 400),
    ("a Host with a slash", "GET /e HTTP/1.1RHost: x/yRR", 400),
    ("a Host with a comma", "GET /e HTTP/1.1RHost: x, yRR", 400),
    ("a Host between tabs", "GET /e HTTP/1.1RHost: \txRR", 400),
    ("a Host without a name", "GET /e HTTP/1.1RHost: :80RR", 400),
    ("a Host with two ports", "GET /e HTTP/1.1RHost: x:80:80RR", 400),
    ("a Host with a port that is none", "GET /e HTTP/1.1RHost: x:http0RR", 400),
    ("a dot for a Host", "GET /e HTTP/1.1RHost: .RR", 400),
    ("a Host with an empty label", "GET /e HTTP/1.1RHost: a..bRR", 400),
    ("an open bracket", "GET /e HTTP/1.1RHost: [::1RR", 400),
    ("another host in the target", "GET http://y/e HTTP/1.1RHost: xRR", 400),
    ("no colon", "GET /e HTTP/1.1RHost: xRBrokenRR", 400),
    ("no name", "GET /e HTTP/1.1RHost: xR: valueRR", 400),
    ("a name with a space", "GET /e HTTP/1.1RHost: xRX Y: 1RR", 400),
    ("a name that is not ASCII", "GET /e HTTP/1.1RHost: xRÄ: 1RR", 400),
    ("a name with a bracket", "GET /e HTTP/1.1RHost: xRX(Y): 1RR", 400),
    ("an unknown expectation", "POST /e HTTP/1.1RHost: xRExpect: 200-okRContent-Length: 1RRa", 417),
    ("too many fields", "GET /e HTTP/1.1RHost: xR" + String(repeating: "A: 1R", count: 8) + "R", 431),
    ("a head that is too long", "GET /e HTTP/1.1RHost: xRX: " + String(repeating: "y", count: 400) + "RR", 431),
    ("a name without an end", "GET /e HTTP/1.1RHost: xR" + String(repeating: "y", count: 400), 431),
    // The request line.
    ("no target", "GET HTTP/1.1RHost: xRR", 400),
    ("two spaces", "GET  /e HTTP/1.1RHost: xRR", 400),
    ("space at the end", "GET /e HTTP/1.1 RHost: xRR", 400),
    ("space at the start", " GET /e HTTP/1.1RHost: xRR", 400),
    ("a tab between", "GET\t/e HTTP/1.1RHost: xRR", 400),
    ("HTTP/0.9", "GET /eRR", 400),
    ("a method that is no token", "G(T /e HTTP/1.1RHost: xRR", 400),
    ("a method in lower case", "get /e HTTP/1.1RHost: xRR", 400),
    ("a method with a digit", "G3T /e HTTP/1.1RHost: xRR", 400),
    ("a method that is too long", String(repeating: "M", count: 40) + " /e HTTP/1.1RHost: xRR", 501),
    ("HTTP/2.0", "GET /e HTTP/2.0RHost: xRR", 505),
    ("HTTP/1.2", "GET /e HTTP/1.2RHost: xRR", 505),
    ("the preface of HTTP/2", "PRI * HTTP/2.0RRSMRR", 505),
    ("a version in lower case", "GET /e http/1.1RHost: xRR", 400),
    ("a long version", "GET /e HTTP/1.10RHost: xRR", 400),
    ("two empty lines first", "RRGET /e HTTP/1.1RHost: xRR", 400),
    ("a TLS hello", "\u{16}\u{03}\u{01}\u{02}\0R", 400),
    ("a request line that is too long", "GET /" + String(repeating: "e", count: 100) + " HTTP/1.1RHost: xRR", 414),
    // Targets.
    ("a relative target", "GET e HTTP/1.1RHost: xRR", 400),
    ("CONNECT", "CONNECT x:443 HTTP/1.1RHost: xRR", 400),
    ("an asterisk for GET", "GET * HTTP/1.1RHost: xRR", 400),
    ("another scheme", "GET ftp://x/e HTTP/1.1RHost: xRR", 400),
    ("an authority with a user", "GET http://u@x/e HTTP/1.1RHost: xRR", 400),
    ("a fragment", "GET /e#f HTTP/1.1RHost: xRR", 400),
    ("a target that is not ASCII", "GET /ä HTTP/1.1RHost: xRR", 400),
    ("a bad escape", "GET /%4g HTTP/1.1RHost: xRR", 400),
    ("half an escape", "GET /%4 HTTP/1.1RHost: xRR", 400),
    ("an escaped NUL", "GET /%00 HTTP/1.1RHost: xRR", 400),
    ("an escaped line break", "GET /a%0Ab HTTP/1.1RHost: xRR", 400),
    ("escapes that are not UTF-8", "GET /%C3%28 HTTP/1.1RHost: xRR", 400),
    ("an overlong dot", "GET /%C0%AE%C0%AE/e HTTP/1.1RHost: xRR", 400),
    ("a bad escape in the query", "GET /e?a=%zz HTTP/1.1RHost: xRR", 400),
    ("dot dot", "GET /a/../e HTTP/1.1RHost: xRR", 400),
    ("dot dot at the end", "GET /a/.. HTTP/1.1RHost: xRR", 400),
    ("a single dot", "GET /./e HTTP/1.1RHost: xRR", 400),
    ("escaped dot dot", "GET /a/%2e%2E/e HTTP/1.1RHost: xRR", 400),
    ("dot dot behind an escaped slash", "GET /a%2f..%2Fe HTTP/1.1RHost: xRR", 400),
    // Chunks.
    ("a chunk without a size", "POST /e HTTP/1.1RHost: xRTransfer-Encoding: chunkedRRRabc", 400),
    ("a chunk size with 0x", "POST /e HTTP/1.1RHost: xRTransfer-Encoding: chunkedRR0x3RabcR0RR", 400),
    ("a signed chunk size", "POST /e HTTP/1.1RHost: xRTransfer-Encoding: chunkedRR+3RabcR0RR", 400),
    ("a chunk size with a space", "POST /e HTTP/1.1RHost: xRTransfer-Encoding: chunkedRR3 RabcR0RR", 400),
    ("a chunk size that overflows", "POST /e HTTP/1.1RHost: xRTransfer-Encoding: chunkedRR10000000000000003Rabc", 400),
    ("bare LF after the size", "POST /e HTTP/1.1RHost: xRTransfer-Encoding: chunkedRR3\nabcR0RR", 400),
    ("bare LF in an extension", "POST /e HTTP/1.1RHost: xRTransfer-Encoding: chunkedRR3;a\nabcR0RR", 400),
    ("bare CR in an extension", "POST /e HTTP/1.1RHost: xRTransfer-Encoding: chunkedRR3;a\rbRabcR0RR", 400),
    ("a long extension", "POST /e HTTP/1.1RHost: xRTransfer-Encoding: chunkedRR3;aaaaaaaaaaaaaaaaaaaaaRabcR0RR", 400),
    ("a chunk longer than it says", "POST /e HTTP/1.1RHost: xRTransfer-Encoding: chunkedRR3RabcdR0RR", 400),
    ("bare LF after a chunk", "POST /e HTTP/1.1RHost: xRTransfer-Encoding: chunkedRR3Rabc\n0RR", 400),
    ("a trailer without a colon", "POST /e HTTP/1.1RHost: xRTransfer-Encoding: chunkedRR0RbrokenRR", 400),
    ("a trailer with space first", "POST /e HTTP/1.1RHost: xRTransfer-Encoding: chunkedRR0R a: bRR", 400),
    ("bare LF in a trailer", "POST /e HTTP/1.1RHost: xRTransfer-Encoding: chunkedRR0Ra: b\nRR", 400),
    (
        "long trailers",
        "POST /e HTTP/1.1RHost: xRTransfer-Encoding: chunkedRR0Ra: bbbbbbbbbbbbbbbbbbbbRc: ddddddddddddddddddddRR", 431
    ),
    // Bodies over the limit of 1000 bytes.
    ("a length over the limit", "POST /e HTTP/1.1RHost: xRContent-Length: 1001RR", 413),
    ("chunks over the limit", "POST /e HTTP/1.1RHost: xRTransfer-Encoding: chunkedRR3RabcR3E6R", 413),
].map { (name: $0.0, text: $0.1.replacing("R", with: "\r\n", unless: requestWords), status: $0.2) }

/// Words with an R that is no line break.
private let requestWords = ["PRI", "Range"]

extension String {
    fileprivate func replacing(_ letter: Character, with replacement: String, unless words: [String]) -> String {
        var result = ""
        var rest = self[...]
        while let first = rest.first {
            if let word = words.first(where: { rest.hasPrefix($0) }) {
                result += word
                rest = rest.dropFirst(word.count)
            } else {
                result += first == letter ? replacement : String(first)
                rest = rest.dropFirst()
            }
        }
        return result
    }
}
