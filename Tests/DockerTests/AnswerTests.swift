import Core
import Docker
import HTTPClient
import Synchronization
import TestSupport
import Testing

/// Answers that docker-registry does not give, and others do.
struct AnswerTests {
    private static let digest = "sha256:\(String(repeating: "ab", count: 32))"
    /// Of the empty body.
    private static let empty = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

    /// What is found of `HOST/acme/hello:v1`, or the error's code and message without the host.
    private func ask(
        _ server: RawServer, _ credentials: RegistryCredentials? = nil
    ) async throws -> String {
        let host = String(server.url.dropFirst(7))
        do {
            let name = try ImageName("\(host)/acme/hello")
            return try await client().digest(of: name, tag: "v1", RegistryOptions(credentials: credentials)) ?? "none"
        } catch let error as DeploydError {
            let wait = error.metadata["retryAfter"].map { " after \($0)" } ?? ""
            let words = error.message.split(separator: host, omittingEmptySubsequences: false).joined(separator: "HOST")
            return "\(error.code.rawValue)\(wait): \(words)"
        }
    }

    @Test func headersAndBodies() async throws {
        typealias Reply = (status: String, headers: [String], body: String)
        let digest = AnswerTests.digest
        let cases: [(head: Reply, get: Reply, found: String)] = [
            (("200 OK", ["Docker-Content-Digest: \(digest)"], ""), ("500 No", [], ""), digest),
            (("200 OK", [], ""), ("200 OK", [], ""), AnswerTests.empty),
            (("200 OK", ["Docker-Content-Digest: x\(digest)"], ""), ("200 OK", [], ""), AnswerTests.empty),
            (("405 No", [], ""), ("200 OK", ["Docker-Content-Digest: \(AnswerTests.empty)"], ""), AnswerTests.empty),
            (
                ("405 No", [], ""), ("200 OK", ["Docker-Content-Digest: \(digest)"], ""),
                "unavailable: HOST says that HOST/acme/hello:v1 is \(digest), and what it sends is \(AnswerTests.empty): "
                    + "something on the way changes it"
            ),
            (
                ("200 OK", ["Content-Type: application/vnd.docker.distribution.manifest.v1+prettyjws"], ""),
                ("200 OK", [], ""),
                "invalid: HOST/acme/hello:v1 is an image of schema 1, which is not pulled any more: build and push it anew"
            ),
            (("404 No", [], ""), ("404 No", [], "{\"errors\":[{\"code\":\"NOT_FOUND\"}]}"), "none"),
            (
                ("404 No", [], ""), ("404 No", [], "<html>"),
                "notFound: HOST knows no HOST/acme/hello:v1 and does not answer as registries do: check the image's host "
                    + "and name"
            ),
            (
                ("429 No", ["Retry-After: 7"], ""), ("200 OK", [], ""),
                "exhausted after 7: HOST has been asked too often: a login raises the limit of most registries"
            ),
            (
                ("503 No", [], ""), ("200 OK", [], ""),
                "unavailable: HOST cannot answer for HOST/acme/hello:v1 now: status 503"
            ),
            (
                ("302 Found", ["Location: http://other.example/x"], ""), ("200 OK", [], ""),
                "unavailable: HOST sends elsewhere for HOST/acme/hello:v1, and not to a place that can be asked"
            ),
        ]
        for (head, get, found) in cases {
            let server = RawServer { request, connection in
                let isHead = request.line.hasPrefix("HEAD")
                let reply = isHead ? head : get
                connection.answer(reply.body, status: reply.status, headers: reply.headers)
            }
            #expect(try await ask(server) == found)
        }
    }

    /// Whoever is sent elsewhere brings no login there, and none goes to a realm that anybody on the way can read.
    @Test func loginsStayWhereTheyBelong() async throws {
        let heard = Mutex<[String]>([])
        let note = { @Sendable (who: String, request: RawServer.Request) in
            let authorization = request.headers.first { $0.lowercased().hasPrefix("authorization") } ?? "none"
            heard.withLock { $0.append("\(who) \(authorization)") }
        }
        let login = RegistryCredentials.password(user: "alice", Secret("wonder"))
        let wants = RawServer { request, connection in
            note("basic", request)
            connection.answer(status: "401 No", headers: ["WWW-Authenticate: Basic realm=\"x\""])
        }
        let realm = RawServer { request, connection in
            note("realm", request)
            connection.answer(
                status: "401 No", headers: ["WWW-Authenticate: Bearer realm=\"http://tokens.example/token\""])
        }
        #expect(try await ask(wants, login).hasPrefix("unauthenticated: HOST does not accept the credentials"))
        #expect(
            try await ask(realm, login)
                == "unavailable: HOST sends for a token to http://tokens.example; tokens are fetched by https only: mend the "
                + "registry's configuration (realm)")
        let sends = RawServer { request, connection in
            note("sends", request)
            let isKnown = request.headers.contains { $0.hasPrefix("Authorization") }
            connection.answer(
                status: isKnown ? "307 Elsewhere" : "401 No",
                headers: isKnown ? ["Location: \(wants.url)/x"] : ["WWW-Authenticate: Basic realm=\"x\""])
        }
        #expect(try await ask(sends, login).hasPrefix("unavailable: HOST sends elsewhere"))
        let basic = "Authorization: Basic YWxpY2U6d29uZGVy"
        #expect(
            heard.withLock { $0 } == [
                "basic none", "basic \(basic)", "basic none", "basic \(basic)", "realm none", "sends none",
                "sends \(basic)",
            ])
    }

    @Test func aManifestHasABound() async throws {
        let server = RawServer { request, connection in
            guard request.line.hasPrefix("GET") else { return connection.answer(status: "405 No") }
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 5000000\r\n\r\n")
            for _ in 0..<50 { guard connection.write([UInt8](repeating: 0x20, count: 100_000)) else { return } }
        }
        #expect(try await ask(server).hasPrefix("tooLarge"))
    }
}
