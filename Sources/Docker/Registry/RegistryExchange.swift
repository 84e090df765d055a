import Core
import Crypto
import HTTPClient

/// The requests of one question: what the registry wants before it answers is done on the way.
struct RegistryExchange {
    static let requestLimit = Duration.seconds(10)
    static let maximumRedirects = 5

    private let client: RegistryClient
    private let image: ImageName
    private let access: RegistryOptions
    private let path: String
    private let end: Timestamp
    /// The registry with its port, as it is named by people.
    private let host: RegistryHost
    /// Whether this registry speaks plain HTTP; nil: not known yet.
    private var isPlain: Bool?
    /// With its tag, for messages.
    let name: String

    init(client: RegistryClient, image: ImageName, tag: String, access: RegistryOptions) {
        self.client = client
        self.image = image
        self.access = access
        path = "/v2/\(image.repository)/manifests/\(tag)"
        end = client.clock.steady() + RegistryClient.timeLimit
        name = "\(image):\(tag)"
        host = image.registryHost
    }

    func error(_ response: HTTPClientResponse) -> DeploydError {
        RegistryRefusal(response).error(for: name, at: image.registry, isAnonymous: access.credentials == nil)
    }

    mutating func send(_ method: String) async throws -> HTTPClientResponse {
        guard let isPlain else { return try await sendFirst(method) }
        return try await send(method, isSecure: !isPlain)
    }

    /// A registry on this machine is asked in plain HTTP; whoever wants TLS answers that with status 400. Elsewhere plain
    /// HTTP, where it is allowed, is what is left when there is no TLS. A first request says nothing secret.
    private mutating func sendFirst(_ method: String) async throws -> HTTPClientResponse {
        if host.isLoopback {
            let plain = try await send(method, isSecure: false)
            isPlain = plain.status != 400
            return plain.status == 400 ? try await send(method, isSecure: true) : plain
        }
        do {
            let response = try await send(method, isSecure: true)
            isPlain = false
            return response
        } catch let error as DeploydError where access.isInsecure && RegistryExchange.speaksNoTLS(error) {
            let response = try await send(method, isSecure: false)
            isPlain = true
            return response
        }
    }

    /// libcurl's numbers for no connection, an answer that is no TLS, and one that was cut.
    private static func speaksNoTLS(_ error: DeploydError) -> Bool {
        error.code == .unavailable && ["7", "35", "56"].contains(error.metadata["curl"] ?? "")
    }

    private func send(_ method: String, isSecure: Bool) async throws -> HTTPClientResponse {
        let registry = RegistryAddress(isSecure: isSecure, host: host)
        var url = registry.url + path
        for _ in 0...RegistryExchange.maximumRedirects {
            guard let address = RegistryAddress(of: url) else { break }
            // Another host is asked as anybody.
            let isOwn = address.isSame(as: registry)
            let response = try await authorized(method, url, address, isOwn ? access.credentials : nil)
            guard [301, 302, 303, 307, 308].contains(response.status) else { return response }
            guard let next = response.header("Location") else { break }
            url = next.hasPrefix("/") && !next.hasPrefix("//") ? address.url + next : next
            guard let place = RegistryAddress(of: url), place.isSecure || place.isSame(as: registry) else { break }
        }
        throw DeploydError(
            .unavailable, "\(image.registry) sends elsewhere for \(name), and not to a place that can be asked")
    }

    /// With the token that is known, or the one that the answer asks to get.
    private func authorized(
        _ method: String, _ url: String, _ address: RegistryAddress, _ credentials: RegistryCredentials?
    ) async throws -> HTTPClientResponse {
        let key = TokenCache.Key(registry: address.url, repository: image.repository, credentials: credentials)
        let known = client.tokens.authorization(key)
        let first = try await request(method, url, known)
        guard first.status == 401 else { return first }
        if known != nil { client.tokens.remove(key) }
        let challenges = first.headers.filter { $0.0.lowercased() == "www-authenticate" }.map(\.1)
        guard let challenge = RegistryChallenge(challenges),
            let answer = try await meet(challenge, address, credentials)
        else { return first }
        let second = try await request(method, url, answer.authorization)
        if second.status < 400 || second.status == 404, let lifetime = answer.lifetime {
            client.tokens.put(answer.authorization, key, lifetime: lifetime)
        }
        return second
    }

    private func meet(
        _ challenge: RegistryChallenge, _ address: RegistryAddress, _ credentials: RegistryCredentials?
    ) async throws -> (authorization: Secret, lifetime: Duration?)? {
        switch (challenge, credentials) {
        case (_, .registryToken(let token)):
            return (Secret("Bearer \(token.reveal())"), nil)
        case (.basic, .password(let user, let password)):
            let words = Base64.encode("\(user):\(password.reveal())".utf8)
            return (Secret("Basic \(words)"), TokenRequest.longestLifetime)
        case (.basic, _):
            return nil
        case (.bearer(let realm, let service, _), _):
            let request = try tokenRequest(realm, service, address, credentials)
            let (token, lifetime) = try await fetch(request)
            return (Secret("Bearer \(token.reveal())"), lifetime)
        }
    }

    /// The realm may be any host. A login is sent there by TLS only, or to the registry itself.
    private func tokenRequest(
        _ realm: String, _ service: String?, _ registry: RegistryAddress, _ credentials: RegistryCredentials?
    ) throws(DeploydError) -> TokenRequest {
        let place = RegistryAddress(of: realm)
        let isFit = place.map { place in
            place.isSecure || place.isSame(as: registry) || (!registry.isSecure && place.host.isLoopback)
        }
        guard isFit == true else {
            throw DeploydError(
                .unavailable,
                "\(image.registry) sends for a token to \(place?.url ?? "no URL that can be asked"); tokens are fetched "
                    + "by https only: mend the registry's configuration (realm)")
        }
        return TokenRequest(
            realm: realm, service: service, scope: "repository:\(image.repository):pull", credentials: credentials)
    }

    private func fetch(_ request: TokenRequest) async throws -> (Secret, Duration) {
        let place = RegistryAddress(of: request.realm)?.url ?? ""
        let response: HTTPClientResponse
        do {
            response = try await client.session.send(limited(request.request))
        } catch {
            throw readable(error, "asking \(place) for a token for \(name)")
        }
        switch response.status {
        case 200:
            guard let (token, lifetime) = TokenRequest.token(in: response.body) else {
                throw DeploydError(.unavailable, "\(place) answers with no token for \(name)")
            }
            return (token, lifetime)
        case 429, 500...: throw error(response)
        default:
            let said = RegistryRefusal(response)
            let tail = said.message.isEmpty ? "" : " (\(said.message))"
            throw DeploydError(
                .unauthenticated,
                access.credentials == nil
                    ? "\(place) gives nobody a token for \(name) without a login\(tail): give the world credentials for "
                        + "\(image.registry) (registries)"
                    : "\(place) does not accept the credentials for \(image.registry)\(tail): renew them",
                metadata: ["registry": image.registry, "status": "\(response.status)"])
        }
    }

    private func request(_ method: String, _ url: String, _ authorization: Secret?) async throws -> HTTPClientResponse {
        let authorization = authorization.map { [("Authorization", $0.reveal())] } ?? []
        var request = HTTPClientRequest(
            method, url, headers: [("Accept", Manifest.accepted)] + authorization,
            timeout: RegistryExchange.requestLimit, maximumResponseBytes: Manifest.maximumBytes)
        request.tls.verifiesServer = !access.isInsecure
        do {
            return try await client.session.send(limited(request))
        } catch {
            throw readable(error, "asking what \(name) is")
        }
    }

    private func limited(_ request: HTTPClientRequest) throws(DeploydError) -> HTTPClientRequest {
        let left = end - client.clock.steady()
        guard left > .zero else {
            throw DeploydError(.timedOut, "\(image.registry) took too long to say what \(name) is")
        }
        var request = request
        request.timeout = min(request.timeout, left)
        return request
    }

    private func readable(_ error: any Error, _ what: String) -> DeploydError {
        let error = DeploydError.wrapping(error, "unexpected error")
        return DeploydError(error.code, "\(what): \(error.message)", metadata: error.metadata)
    }
}
