import HTTPServer
import Testing

@Suite struct RequestSyntaxTests {
    @Test func malformedRequestsAreRefusedHoweverTheyAreSplit() {
        let expected = malformedRequests.map { "\($0.name): error \($0.status)" }
        for piece in [Int.max, 1, 7] {
            let outcomes = malformedRequests.map { request in
                let bytes = Array(request.text.utf8)
                return
                    "\(request.name): \(reading(bytes, pieces: Array(repeating: piece, count: bytes.count)).last ?? "")"
            }
            #expect(outcomes == expected)
        }
    }

    @Test func malformedRequestsAreRefusedOverASocket() async throws {
        var router = HTTPRouter()
        router.post("/e", body: .buffered(limit: 1000)) { _ in .empty() }
        router.get("/e") { _ in .empty() }
        let configure = { (configuration: inout HTTPServerConfiguration) in configuration.limits = .small }
        let outcomes = try await withServer(router, configure: configure) { _, address in
            try await onThread {
                try [false, true].map { bytewise in
                    try malformedRequests.map { request in
                        let client = try RawClient(address)
                        let bytes = Array(request.text.utf8)
                        // The server may have answered and closed before the last byte.
                        _ = bytewise ? bytes.allSatisfy { client.send([$0]) } : client.send(bytes)
                        let text = client.restAsText()
                        let isClosed = text.contains("\r\nConnection: close\r\n")
                        return "\(request.name): \(text.split(separator: " ").dropFirst().first ?? "") \(isClosed)"
                    }
                }
            }
        }
        let expected = malformedRequests.map { "\($0.name): \($0.status) true" }
        #expect(outcomes[0] == expected)
        #expect(outcomes[1] == expected)
    }

    @Test func wellFormedRequestsAreReadHoweverTheyAreSplit() {
        let text =
            "GET /a%20b//c/?q=%C3%A4+1&r HTTP/1.1\r\nHost: [::1]:80\r\nX:\r\nY: \t a b\t \r\n\r\n"
            + "POST /e HTTP/1.1\r\nhOST: x\r\ncontent-LENGTH: 003\r\n\r\nabc"
            + "\r\nPUT http://X/e HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n"
            + "002;x=\"y\"\r\nab\r\nA\r\n0123456789\r\n000\r\nT: 1\r\nU:\r\n\r\n"
            + "DELETE /e HTTP/1.1\r\nHost: x\r\nConnection: a , CLOSE\r\nContent-Length: 0\r\n\r\n"
            + "OPTIONS * HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /"
        let expected = [
            #"GET ["a b", "", "c", ""] [("q", "ä 1"), ("r", "")] none true"#, "body []",
            #"POST ["e"] [] length(3) true"#, "body \(Array("abc".utf8))",
            #"PUT ["e"] [] chunked true"#, "body \(Array("ab0123456789".utf8))",
            #"DELETE ["e"] [] none false"#, "body []",
            #"OPTIONS ["*"] [] none true"#, "body []",
            "in head",
        ]
        let outcomes = [Int.max, 1, 2, 3, 13].map { piece in
            reading(Array(text.utf8), pieces: Array(repeating: piece, count: text.utf8.count))
        }
        #expect(outcomes == Array(repeating: expected, count: outcomes.count))
    }
}
