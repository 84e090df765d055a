import Core
import Crypto
import HTTPServer
import Model
import Synchronization

/// Who asks: found by the digest of the bearer token (RFC 6750), so that no comparison's time says anything of a token.
final class Authenticator: Sendable {
    private struct Entry {
        let token: Token
        let until: Timestamp
    }

    /// Tokens of more bytes are nobody's.
    private static let longestToken = 512
    /// How long a token that was revoked may still be known.
    private static let memory = Duration.seconds(5)
    private static let maximumEntries = 1000

    private let storage: any Storage
    private let clock: any WallClock
    private let known = Mutex<[String: Entry]>([:])

    init(storage: any Storage, clock: any WallClock) {
        self.storage = storage
        self.clock = clock
    }

    /// Quick enough for an event loop: at most one indexed read.
    /// - Throws: `HTTPProblem` 401; what reading throws.
    func token(of request: HTTPRequest) throws -> Token {
        guard let text = Authenticator.bearer(request) else {
            throw Authenticator.refusal(
                "this needs a token: send 'Authorization: Bearer TOKEN'; DATA/admin.token holds the first",
                challenge: "Bearer")
        }
        let digest = Digest.sha256(of: text).hex
        let now = clock.steady()
        if let entry = known.withLock({ $0[digest] }), entry.until > now { return entry.token }
        guard text.utf8.count <= Authenticator.longestToken,
            let token = try storage.readNow({ try $0.token(digest: digest) })
        else {
            throw Authenticator.refusal(
                "this server does not know the token; `deployd login` keeps one that it knows",
                challenge: #"Bearer error="invalid_token""#)
        }
        known.withLock { known in
            if known.count >= Authenticator.maximumEntries { known = [:] }
            known[digest] = Entry(token: token, until: now + Authenticator.memory)
        }
        return token
    }

    /// As an admission: nil lets the request in.
    func refusal(of request: HTTPRequest) -> HTTPResponse? {
        do {
            _ = try token(of: request)
            return nil
        } catch {
            return HTTPProblem(describing: error).response
        }
    }

    private static func bearer(_ request: HTTPRequest) -> String? {
        guard let header = request.header("Authorization") else { return nil }
        let parts = header.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        let token = parts[1].drop { $0 == " " }
        return token.isEmpty ? nil : String(token)
    }

    private static func refusal(_ detail: String, challenge: String) -> HTTPProblem {
        HTTPProblem(
            status: 401, detail: detail, code: DeploydError.Code.unauthenticated.rawValue,
            headers: [("WWW-Authenticate", challenge)])
    }
}
