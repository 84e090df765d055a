import Client
import Core
import Crypto
import Engine
import Formats
import Glibc
import HTTPServer
import Model
import Webhooks

/// POST /hooks/filesystem: a working tree from somebody with a token.
struct FilesystemHook: Sendable {
    static let maximumBody = 512 << 20
    static let types = ["application/x-tar": false, "application/x-tar+gzip": true, "application/gzip": true]

    let services: APIServices
    let monitor: HookMonitor
    let threads: BlockingThreads

    func receive(_ request: APIRequest) async throws -> HTTPResponse {
        do {
            let acceptance = try await accept(request)
            monitor.count(.filesystem, acceptance.isRepeat ? .repeated : .accepted)
            return DeliveryAnswer.receipt(acceptance.id)
        } catch let error as DeploydError {
            monitor.count(.filesystem, error.code == .exhausted ? .exhausted : .invalid)
            return DeliveryAnswer.refusal(error, log: services.log)
        }
    }

    private func accept(_ request: APIRequest) async throws -> DeliveryService.Acceptance {
        guard let body = request.http.spooledBody, body.size > 0 else {
            throw DeploydError(.invalid, "the body must be a tar archive of the working tree")
        }
        let isGzip = try FilesystemHook.isGzip(request.http)
        try FilesystemHook.checkDigest(request.http, of: body)
        let key = FilesystemHook.key(request, digest: body.sha256)
        if let first = try await services.storage.read({ try $0.delivery(key: key) }), first.status != .failed {
            return .repeated(id: first.id)
        }
        let delivery = try delivery(request, key, isGzip: isGzip)
        let file = FilesystemHook.fileName(key)
        let path = "\(services.spoolDirectory)/\(file)"
        try await threads.run { try FilesystemHook.keep(body, at: path) }
        do { return try await services.deliveries.accept(delivery) } catch {
            _ = try? await threads.run { unlink(path) }
            throw error
        }
    }

    private static func isGzip(_ request: HTTPRequest) throws(DeploydError) -> Bool {
        let type = request.header("Content-Type")?.split(separator: ";").first.map { $0.lowercased() } ?? ""
        guard let isGzip = types[type] else {
            throw DeploydError(.invalid, "Content-Type must be application/x-tar or application/x-tar+gzip")
        }
        return isGzip
    }

    private static func checkDigest(_ request: HTTPRequest, of body: SpooledBody) throws(DeploydError) {
        let header = request.headers(named: "Content-Digest").joined(separator: ", ")
        guard let expected = ContentDigest.sha256(in: header) else {
            throw DeploydError(.invalid, "Content-Digest must have the body's SHA-256: sha-256=:BASE64: (RFC 9530)")
        }
        guard expected == body.sha256.bytes else {
            throw DeploydError(.invalid, "the body does not have the SHA-256 of Content-Digest; send it again")
        }
    }

    /// Each push is one of its own, unless the sender says by an `Idempotency-Key` that it repeats one.
    private static func key(_ request: APIRequest, digest: Digest) -> Delivery.Key {
        let place = [request.query("application") ?? "", request.query("environment") ?? ""]
        return Delivery.Key(
            provider: WebhookProvider.filesystem.rawValue, hook: place.joined(separator: "@"),
            delivery: request.http.header("Idempotency-Key").map { "key:\($0)" } ?? request.id, digest: digest.hex)
    }

    /// One file per delivery: the same for a repeat, so that a repeat of a failed one puts its file back.
    private static func fileName(_ key: Delivery.Key) -> String {
        let identity = [key.hook, key.delivery, key.digest].joined(separator: "\n")
        return "tree-\(Digest.sha256(of: identity).hex).tar"
    }

    private func delivery(
        _ request: APIRequest, _ key: Delivery.Key, isGzip: Bool
    ) throws(DeploydError) -> Delivery {
        for name in ["application", "environment"] {
            if let value = request.query(name), !DNSLabel.isValid(value) {
                throw DeploydError(.invalid, "'\(name)' is no name: \(DNSLabel.rule)")
            }
        }
        let moment = services.clock.now()
        let tree = RepositoryEvent.Tree(
            application: request.query("application"), environment: request.query("environment"),
            file: FilesystemHook.fileName(key), digest: key.digest, isGzip: isGzip, actor: request.actor)
        return Delivery(
            id: Identifier.make(at: moment), key: key, event: "tree", repository: nil, content: .tree(tree),
            receivedAt: moment)
    }

    /// Keeps the body under its own name, synced with its directory: the delivery that names it must find it after a
    /// crash. Blocks.
    private static func keep(_ body: SpooledBody, at path: String) throws(DeploydError) {
        try sync(body.path, flags: O_RDONLY)
        guard rename(body.path, path) == 0 else { throw .file("keep the pushed tree \(path)", errno: errno) }
        let directory = path.split(separator: "/").dropLast().joined(separator: "/")
        try sync("/\(directory)", flags: O_RDONLY | O_DIRECTORY)
    }

    private static func sync(_ path: String, flags: Int32) throws(DeploydError) {
        let file = open(path, flags | O_CLOEXEC)
        guard file >= 0 else { throw .file("open \(path)", errno: errno) }
        defer { close(file) }
        guard fsync(file) == 0 else { throw .file("sync \(path)", errno: errno) }
    }
}

extension DeliveryService.Acceptance {
    var id: String {
        switch self {
        case .stored(let id), .repeated(let id): id
        }
    }

    var isRepeat: Bool { if case .repeated = self { true } else { false } }
}
