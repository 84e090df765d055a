import Crypto
import Glibc
import HTTPServer
import TestSupport
import Testing

@Suite struct RequestBodyTests {
    private func router(_ directory: TemporaryDirectory) -> HTTPRouter {
        var router = HTTPRouter()
        router.post("/echo", body: .buffered(limit: 1_000_000)) {
            .text("\($0.body.count) \(Digest.sha256(of: $0.body))")
        }
        router.on(
            .post, "/spool", body: .spooled(directory: directory.path, limit: 20_000_000),
            admit: { $0.header("Authorization") == nil ? HTTPProblem(status: 401, detail: "Say who.").response : nil },
            .task { request in
                guard let body = request.spooledBody else { return .empty(500) }
                var status = stat()
                stat(body.path, &status)
                return .text("\(body.size) \(status.st_size) \(body.sha256)")
            })
        router.post("/spool-nowhere", body: .spooled(directory: "/nonexistent", limit: 100)) { _ in .empty() }
        return router
    }

    /// `content` in chunks of many sizes.
    private static func chunked(_ content: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        var (start, size) = (0, 1)
        while start < content.count {
            let end = min(content.count, start + size)
            output += Array("\(String(end - start, radix: 16))\r\n".utf8) + content[start..<end] + Array("\r\n".utf8)
            (start, size) = (end, size * 3 % 70_001 + 1)
        }
        return output + Array("0\r\n\r\n".utf8)
    }

    @Test func bodiesArriveWholeInMemoryOrInAFile() async throws {
        let directory = TemporaryDirectory()
        let small = (0..<900_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let large = (0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 17) }
        let answers = try await withServer(router(directory)) { _, address in
            try await onThread {
                let client = try RawClient(address)
                let head = "HTTP/1.1\r\nHost: x\r\nAuthorization: a\r\n"
                return try [("/echo", small), ("/spool", large)].flatMap { path, content in
                    client.send(Array("POST \(path) \(head)Content-Length: \(content.count)\r\n\r\n".utf8) + content)
                    let first = try client.answer().body
                    let start = Array("POST \(path) \(head)Transfer-Encoding: chunked\r\n\r\n".utf8)
                    client.send(start + RequestBodyTests.chunked(content))
                    return [first, try client.answer().body]
                }
            }
        }
        let inMemory = "900000 \(Digest.sha256(of: small))"
        let inFile = "5000000 5000000 \(Digest.sha256(of: large))"
        #expect(answers == [inMemory, inMemory, inFile, inFile])
        #expect(await eventually { entries(of: directory.path).isEmpty })
    }

    @Test func refusalsComeBeforeTheBody() async throws {
        let directory = TemporaryDirectory()
        let answers = try await withServer(router(directory)) { _, address in
            try await onThread {
                try [
                    "POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 1000001\r\n\r\n",
                    "POST /spool HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n",
                    "POST /nothing HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n",
                    "GET /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n",
                    "POST /spool-nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nabcde",
                ].map { text in
                    let client = try RawClient(address)
                    client.send(text)
                    let answer = try client.answer()
                    return "\(answer.status) \(answer.header("Connection") ?? "") \(client.rest().count)"
                }
            }
        }
        #expect(answers == ["413 close 0", "401 close 0", "404 close 0", "405 close 0", "503 close 0"])
    }

    @Test func expectationsAreMetBeforeTheBodyIsSent() async throws {
        let directory = TemporaryDirectory()
        let statuses = try await withServer(router(directory)) { _, address in
            try await onThread {
                let client = try RawClient(address)
                var statuses: [Int] = []
                for framing in ["Content-Length: 3", "Transfer-Encoding: chunked"] {
                    client.send("POST /echo HTTP/1.1\r\nHost: x\r\nExpect: 100-Continue\r\n\(framing)\r\n\r\n")
                    statuses.append(try client.answer().status)
                    client.send(framing.hasPrefix("C") ? "abc" : "3\r\nabc\r\n0\r\n\r\n")
                    statuses.append(try client.answer().status)
                }
                return statuses
            }
        }
        #expect(statuses == [100, 200, 100, 200])
    }

    @Test func memoryForBodiesIsBoundedAndGivenBack() async throws {
        let directory = TemporaryDirectory()
        let configure = { (configuration: inout HTTPServerConfiguration) in configuration.maximumBufferedBytes = 100_000
        }
        let statuses = try await withServer(router(directory), configure: configure) { _, address in
            try await onThread {
                try [90_000, 90_000, 400_000, 90_000, 400_000, 90_000].map { size in
                    let client = try RawClient(address)
                    client.send("POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: \(size)\r\n\r\n")
                    client.send([UInt8](repeating: 7, count: size))
                    return try client.answer().status
                }
            }
        }
        #expect(statuses == [200, 200, 503, 200, 503, 200])
    }

    @Test func aClientThatLeavesTakesItsFileAlong() async throws {
        let directory = TemporaryDirectory()
        try await withServer(router(directory)) { _, address in
            let client = try await onThread {
                let client = try RawClient(address)
                client.send("POST /spool HTTP/1.1\r\nHost: x\r\nAuthorization: a\r\nContent-Length: 100\r\n\r\nabc")
                return Held(client)
            }
            #expect(await eventually { entries(of: directory.path).count == 1 })
            client.close()
            #expect(await eventually { entries(of: directory.path).isEmpty })
        }
    }
}

/// What is in a directory.
private func entries(of path: String) -> [String] {
    guard let directory = opendir(path) else { return ["unreadable"] }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        if name != ".", name != ".." { names.append(name) }
    }
    return names
}
