import Core
import Crypto
import System

/// Reads a connection's credentials from where they are.
struct CredentialLoader: Sendable {
    static let fileLimit = 1 << 20
    /// How long what was read from a file is taken for current: as long as Kubernetes' own client takes it.
    static let fileLifetime = Duration.seconds(60)
    /// A token is replaced so long before it ends: a request takes its time, and clocks differ.
    static let margin = Duration.seconds(10)
    /// A plugin whose credentials have ended when they come is not run more often.
    static let shortestLifetime = Duration.seconds(5)

    struct Loaded: Sendable {
        let credential: Credential
        /// When it is to be read again; nil for never.
        let validUntil: Timestamp?
        /// Whether reading again may give something else.
        let canChange: Bool
        /// After a refusal, not to be read again before.
        let mayChangeAfter: Timestamp
    }

    let connection: ClusterConnection
    let environment: [String: String]
    let runner: CommandRunner
    let threads: BlockingThreads
    let clock: any WallClock

    func load() async throws -> Loaded {
        var credential = Credential()
        var readsFiles = false
        let source = connection.credential
        func pem(_ source: PEMSource?) async throws -> [UInt8]? {
            switch source {
            case nil: return nil
            case .data(let bytes): return bytes
            case .file(let path):
                readsFiles = true
                return try await read(path)
            }
        }
        credential.authorities = try await pem(connection.authorities)
        credential.certificate = try await pem(source.certificate)
        credential.key = try await pem(source.key)
        let started = clock.now()
        switch source.authorization {
        case nil: break
        case .token(let token): credential.authorization = bearer(token.reveal())
        case .basic(let user, let password):
            credential.authorization = Secret(
                "Basic \(Base64.encode("\(user):\(password.reveal())".utf8))")
        case .tokenFile(let path):
            readsFiles = true
            let text = String(decoding: try await read(path), as: UTF8.self).filter { !$0.isWhitespace }
            guard !text.isEmpty else {
                throw DeploydError(.unauthenticated, "the token file \(path) is empty")
            }
            credential.authorization = bearer(text)
        case .plugin(let plugin):
            let made = try await plugin.run(
                runner, environment: environment, authorities: credential.authorities)
            if let token = made.token { credential.authorization = bearer(token.reveal()) }
            credential.certificate = made.certificate ?? credential.certificate
            credential.key = made.key ?? credential.key
            return loaded(credential, plugin: made)
        }
        return Loaded(
            credential: credential,
            validUntil: readsFiles ? started + CredentialLoader.fileLifetime : nil,
            canChange: readsFiles, mayChangeAfter: started)
    }

    private func loaded(_ credential: Credential, plugin made: ExecCredential) -> Loaded {
        let soonest = clock.now() + CredentialLoader.shortestLifetime
        let end = made.expiration.map { max($0 + (Duration.zero - CredentialLoader.margin), soonest) }
        return Loaded(credential: credential, validUntil: end, canChange: true, mayChangeAfter: soonest)
    }

    private func bearer(_ token: String) -> Secret { Secret("Bearer \(token)") }

    private func read(_ path: String) async throws -> [UInt8] {
        try await threads.run { try Files.read(path, limit: CredentialLoader.fileLimit) }
    }
}
