import Core
import TestSupport
import Testing

@testable import HTTPServer

/// What deployd reads as a request, nginx reads as one too: where they differ, deployd is the stricter. A proxy in front
/// that is as strict as nginx can then not be made to see other requests than deployd behind it.
@Suite(.enabled(if: NginxServer.isInstalled, "SKIPPED: nginx is not installed"))
struct NginxComparisonTests {
    /// Odd, but allowed by RFC 9112; both must read as many requests as are said.
    static let allowed: [(name: String, text: String, count: Int)] = [
        ("two at once", "GET /e HTTP/1.1\r\nHost: x\r\n\r\nGET /e HTTP/1.1\r\nHost: x\r\n\r\n", 2),
        ("an empty line first", "\r\nGET /e HTTP/1.1\r\nHost: x\r\n\r\n", 1),
        ("a value between tabs", "GET /e HTTP/1.1\r\nHost: x\r\nX:\ty\t\r\n\r\n", 1),
        ("a value beyond ASCII", "GET /e HTTP/1.1\r\nHost: x\r\nX: \u{E4}\r\n\r\n", 1),
        ("no value", "GET /e HTTP/1.1\r\nHost: x\r\nX:\r\n\r\n", 1),
        ("an absolute target", "GET http://x/e HTTP/1.1\r\nHost: x\r\n\r\n", 1),
        ("a port in Host", "GET /e HTTP/1.1\r\nHost: x:80\r\n\r\n", 1),
        ("an IPv6 address as Host", "GET /e HTTP/1.1\r\nHost: [::1]:80\r\n\r\n", 1),
        ("1.0 without Host", "GET /e HTTP/1.0\r\n\r\n", 1),
        ("1.0 kept alive", "GET /e HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /e HTTP/1.0\r\n\r\n", 2),
        (
            "closed after the first",
            "GET /e HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\nGET /e HTTP/1.1\r\nHost: x\r\n\r\n", 1
        ),
        (
            "a length with zeros",
            "POST /e HTTP/1.1\r\nHost: x\r\nContent-Length: 003\r\n\r\nabcGET /e HTTP/1.1\r\nHost: x\r\n\r\n", 2
        ),
        (
            "an empty body",
            "POST /e HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\nGET /e HTTP/1.1\r\nHost: x\r\n\r\n", 2
        ),
        (
            "chunks",
            "POST /e HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\nGET /e HTTP/1.1\r\nHost: x\r\n\r\n",
            2
        ),
        (
            "chunked in capitals",
            "POST /e HTTP/1.1\r\nHost: x\r\nTRANSFER-ENCODING: CHUNKED\r\n\r\n00A\r\n0123456789\r\n0\r\n\r\n", 1
        ),
        (
            "a chunk's extension",
            "POST /e HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\n\r\n", 1
        ),
        (
            "trailers",
            "POST /e HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: b\r\n\r\nGET /e HTTP/1.1\r\nHost: x\r\n\r\n",
            2
        ),
        (
            "chunks that look like requests",
            "POST /e HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1c\r\nGET /e HTTP/1.1\r\nHost: x\r\n\r\n\r\n0\r\n\r\n",
            1
        ),
        ("an escaped path", "GET /a%20b%2Fc HTTP/1.1\r\nHost: x\r\n\r\n", 1),
        ("doubled slashes", "GET //a//e HTTP/1.1\r\nHost: x\r\n\r\n", 1),
    ]

    @Test func whatNginxRefusesIsRefused() async throws {
        let cases = malformedRequests.map { ($0.name, Array($0.text.utf8)) }
        let verdicts = try await compare(cases.map(\.1))
        let looser = zip(cases, verdicts).filter { $1.isLooser }.map { "\($0.0): \($1)" }
        #expect(looser == [])
        #expect(verdicts.allSatisfy { $0.deployd.read == 0 })
        let agreed = verdicts.count { $0.nginx.read == 0 }
        print("\(verdicts.count) malformed requests: deployd refuses all, nginx \(agreed)")
        // A peer that refused nothing, or all for a reason of its own, would compare nothing.
        #expect((40..<verdicts.count).contains(agreed))
    }

    @Test func whatIsAllowedBothRead() async throws {
        let verdicts = try await compare(Self.allowed.map { Array($0.text.utf8) })
        let expected = Self.allowed.map { "\($0.name): \($0.count), \($0.count)" }
        #expect(zip(Self.allowed, verdicts).map { "\($0.name): \($1.deployd.read), \($1.nginx.read)" } == expected)
    }

    @Test func ofMutatedRequestsNoneIsReadThatNginxRefuses() async throws {
        let seeds = Self.allowed.map(\.text)
        let requests = (0..<4000).map { round -> [UInt8] in
            var random = SeededGenerator(UInt64(round), "nginx")
            var bytes = Array((seeds.randomElement(using: &random) ?? "").utf8)
            for _ in 0..<Int.random(in: 1...3, using: &random) { mutate(&bytes, from: seeds, &random) }
            return bytes
        }
        let verdicts = try await compare(requests)
        let looser = zip(requests, verdicts).filter { $1.isLooser }
        #expect(looser.map { "\($1) \(String(reflecting: String(decoding: $0, as: UTF8.self)))" } == [])
        #expect(Set(verdicts.map(\.deployd.read)).isSuperset(of: [0, 1, 2]))
    }
}

/// What came of one connection's bytes.
private struct Verdict: CustomStringConvertible {
    struct Side {
        /// How many requests it took for such, and went on.
        var read: Int
        var statuses: [Int]
    }

    var deployd: Side
    var nginx: Side

    /// nginx also ends connections after answers that are no refusal.
    var isLooser: Bool { deployd.read > nginx.read && (nginx.statuses.last ?? 400) >= 400 }

    var description: String { "deployd \(deployd.statuses), nginx \(nginx.statuses)" }
}

/// Sends each to both servers, on a connection of its own that is then closed for writing.
private func compare(_ requests: [[UInt8]]) async throws -> [Verdict] {
    let nginx = try await NginxServer()
    var router = HTTPRouter()
    router.get("/e") { _ in .empty() }
    router.post("/e", body: .buffered(limit: 1000)) { _ in .empty() }
    let theirs = nginx.address
    return try await withServer(router, configure: { $0.limits = .small }) { _, ours in
        try await onThread {
            try requests.map { Verdict(deployd: try verdict($0, ours), nginx: try verdict($0, theirs)) }
        }
    }
}

private func verdict(_ request: [UInt8], _ address: BoundAddress) throws -> Verdict.Side {
    let client = try RawClient(address)
    client.send(request)
    client.finish()
    let answers = client.restAsText().split(separator: "HTTP/1.1 ")
    let read = answers.filter { answer in
        // Who finds nothing at an address may leave the body unread, and ends the connection then.
        answer.hasPrefix("2")
            || (answer.hasPrefix("40") && "45".contains(answer.dropFirst(2).prefix(1))
                && !answer.contains("\r\nConnection: close\r\n"))
    }
    return Verdict.Side(read: read.count, statuses: answers.compactMap { Int($0.prefix(3)) })
}
