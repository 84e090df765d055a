import CLI
import Core
import Crypto
import Model
import Store
import System

/// The token that the first `serve` makes, so that somebody can begin.
struct AdministratorToken {
    let storage: SQLiteStorage
    let options: ServeOptions

    private var path: String { "\(options.data)/admin.token" }

    /// Makes it when there is no token at all; written before it counts, so that a crash leaves none that nobody knows.
    func ensure(at moment: Timestamp) async throws {
        guard try await storage.read({ try $0.tokens() }).isEmpty else { return }
        let text = SecureRandom.token()
        try Files.write(Array("\(text)\n".utf8), to: path)
        let token = Token(
            id: Identifier.make(at: moment), name: "admin", role: .administrator, digest: Digest.sha256(of: text).hex,
            createdAt: moment)
        try await storage.write { try $0.insert(token) }
    }

    /// Puts it where the command line of this user finds it, unless that names another server.
    /// - Parameter server: the address that requests are accepted on.
    func publish(server: String, log: Log) {
        guard options.isLoopback else { return }
        do {
            let file = CredentialsFile(environment: options.environment)
            if let present = try file.load(), present.server != server { return }
            guard let bytes = try? Files.read(path, limit: 4096) else { return }
            let text = String(decoding: bytes.prefix { $0 != 0x0A }, as: UTF8.self)
            let entry = CredentialsFile.Entry(server: server, token: Secret(text))
            if try file.load() != entry { try file.save(entry) }
        } catch {
            log.warning("the credentials could not be written for the command line", ["error": "\(error)"])
        }
    }
}
