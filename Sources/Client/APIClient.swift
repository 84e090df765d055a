public import Core
public import HTTPClient

/// A server's REST API, typed. Errors are `DeploydError`s with the server's own sentence.
public struct APIClient: Sendable {
    /// e.g. `http://127.0.0.1:8420`, without a `/` at the end.
    public let server: String
    private let token: Secret?
    private let session: HTTPClientSession

    /// - Parameter server: `http` or `https`; a path in it is kept.
    /// - Throws: `DeploydError` `invalid` when it is no such URL.
    public init(server: String, token: Secret?, session: HTTPClientSession = HTTPClientSession()) throws(DeploydError) {
        guard server.hasPrefix("http://") || server.hasPrefix("https://") else {
            throw DeploydError(.invalid, "the server '\(server)' must be a URL such as http://127.0.0.1:8420")
        }
        var server = server[...]
        while server.last == "/" { server.removeLast() }
        self.server = String(server)
        self.token = token
        self.session = session
    }

    /// The whole answer of a request that succeeded.
    func send(_ call: APICall, body: HTTPClientRequest.Body = .none) async throws(DeploydError) -> HTTPClientResponse {
        var request = request(call)
        if case .none = body {} else { request.body = body }
        let response = try await reaching { try await session.send(request) }
        guard (200..<300).contains(response.status) else {
            throw APIClient.error(status: response.status, body: response.body)
        }
        return response
    }

    /// An answer that is read while it comes.
    func stream(_ call: APICall) async throws(DeploydError) -> HTTPClientStream {
        let request = request(call)
        let stream = try await reaching { try await session.stream(request) }
        guard (200..<300).contains(stream.status) else {
            let body = try await reaching { try await stream.collect() }
            throw APIClient.error(status: stream.status, body: body)
        }
        return stream
    }

    /// The answer read as `Value`.
    func value<Value: Decodable>(_ call: APICall, as type: Value.Type = Value.self) async throws(DeploydError) -> Value
    {
        let response = try await send(call)
        return try decode(type, response.body, of: call)
    }

    func decode<Value: Decodable>(
        _ type: Value.Type, _ body: [UInt8], of call: APICall
    ) throws(DeploydError) -> Value {
        do { return try WireJSON.decode(type, from: body) } catch {
            throw DeploydError(
                .internal,
                "the server's answer to \(call.method) \(call.path) is not understood: \(error.description); "
                    + "are client and server of one version?")
        }
    }

    private func request(_ call: APICall) -> HTTPClientRequest {
        var headers = call.headers
        if let token { headers.append(("Authorization", "Bearer \(token.reveal())")) }
        var request = HTTPClientRequest(call.method, server + call.target, headers: headers)
        request.timeout = call.timeout
        if let body = call.body {
            request.headers.append(("Content-Type", "application/json"))
            request.body = .bytes(body)
        }
        return request
    }

    /// Says what to do when nothing answers.
    private func reaching<Value: Sendable>(_ body: () async throws -> Value) async throws(DeploydError) -> Value {
        do { return try await body() } catch {
            let error = DeploydError.wrapping(error, "the request failed")
            guard error.code == .unavailable else { throw error }
            throw DeploydError(
                .unavailable,
                "\(server) does not answer (\(error.message)); is the server running? start it with `deployd serve`",
                cause: error.cause)
        }
    }

    /// The server's problem as an error.
    static func error(status: Int, body: [UInt8]) -> DeploydError {
        guard let problem = try? WireJSON.decode(Wire.Problem.self, from: body) else {
            return DeploydError(
                code(of: status), "the server answered \(status); is it deployd's, and is no proxy in between?")
        }
        let code = problem.code.flatMap(DeploydError.Code.init(rawValue:)) ?? code(of: status)
        return DeploydError(code, text(of: problem), metadata: ["status": "\(status)"])
    }

    /// Where the places of a body say what is wrong, they say it better.
    private static func text(of problem: Wire.Problem) -> String {
        let places = (problem.errors ?? []).map { place in
            [String(place.pointer.dropFirst()), place.detail].filter { !$0.isEmpty }.joined(separator: ": ")
        }
        return places.isEmpty ? problem.detail : places.joined(separator: "; ")
    }

    private static func code(of status: Int) -> DeploydError.Code {
        switch status {
        case 401: .unauthenticated
        case 403: .forbidden
        case 404, 405, 410: .notFound
        case 409: .conflict
        case 412: .preconditionFailed
        case 413: .tooLarge
        case 429: .exhausted
        case 400..<500: .invalid
        case 501: .notBuiltYet
        case 502, 503: .unavailable
        case 504: .timedOut
        default: .internal
        }
    }
}
