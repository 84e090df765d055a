import Client
import Core
import Crypto
import Engine
import HTTPServer
import Model
import Webhooks

/// POST /hooks/github: verified over the raw body, stored, and only then answered. No task is made on this way.
struct GitHubHook: Sendable {
    /// GitHub sends nothing larger.
    static let maximumBody = 25 << 20
    /// What is larger is verified on another thread: it would hold up everybody else on the loop.
    static let maximumOnLoop = 256 << 10
    static let retryAfter = Duration.seconds(10)

    let deliveries: DeliveryService
    let keys: RepositoryKeys
    let monitor: HookMonitor
    let threads: BlockingThreads
    let clock: any WallClock
    let log: Log
    /// Verified with where the repository is unknown, so that the time taken does not tell.
    private let nobody = HMACSHA256(key: SecureRandom.bytes(32))
    /// Made once: a flood of these is what it costs most to answer.
    private let unverified = HTTPProblem(
        DeploydError(
            .unauthenticated,
            "the repository is not known here, or the delivery is not signed with its secret; see `deployd repo add`")
    ).response

    init(services: APIServices, keys: RepositoryKeys, monitor: HookMonitor, threads: BlockingThreads) {
        deliveries = services.deliveries
        self.keys = keys
        self.monitor = monitor
        self.threads = threads
        clock = services.clock
        log = services.log
    }

    func receive(_ request: HTTPRequest, _ later: () -> HTTPResponder) -> HTTPResponse? {
        guard request.body.count > GitHubHook.maximumOnLoop else { return process(request, later) }
        let responder = later()
        do {
            try threads.submit {
                if let response = process(request, { responder }) { responder.respond(response) }
            }
        } catch {
            responder.respond(refusal(error))
        }
        return nil
    }

    /// - Returns: the answer, where there is one before the delivery is stored.
    private func process(_ request: HTTPRequest, _ later: () -> HTTPResponder) -> HTTPResponse? {
        do {
            guard let delivery = try verified(request) else { return unverified }
            CrashPoint.verified.pass()
            let responder = later()
            deliveries.accept(delivery) { result in
                CrashPoint.committed.pass()
                responder.respond(answer(result, isPing: delivery.content == .ping))
                CrashPoint.answered.pass()
            }
            return nil
        } catch {
            return refusal(error)
        }
    }

    /// - Returns: nil where the signature is not that of a repository's secret.
    private func verified(_ request: HTTPRequest) throws -> Delivery? {
        let message = WebhookMessage(body: request.body) { request.header($0) }
        let hook: GitHubWebhook
        do { hook = try GitHubWebhook(message) } catch {
            if error.code == .unauthenticated {
                monitor.refused(.github, repository: "", reason: error.message, from: request.remoteAddress)
            } else {
                monitor.count(.github, .invalid)
            }
            throw error
        }
        guard try isVerified(hook, from: request.remoteAddress) else { return nil }
        let content: RepositoryEvent
        do { content = try hook.repositoryEvent() } catch {
            monitor.count(.github, .invalid)
            throw error
        }
        return delivery(hook.claim, content, digest: Digest.sha256(of: request.body))
    }

    private func isVerified(_ hook: GitHubWebhook, from peer: PeerAddress) throws -> Bool {
        let entry = try keys.entry(for: hook.claim.repository)
        let known = entry.flatMap { $0.provider == WebhookProvider.github.rawValue ? $0.key : nil }
        do throws(DeploydError) {
            try hook.verify(known ?? nobody)
            return true
        } catch {
            let reason = known == nil ? "no such repository with a secret" : "wrong signature"
            monitor.refused(.github, repository: hook.claim.repository, reason: reason, from: peer)
            return false
        }
    }

    private func delivery(_ claim: WebhookClaim, _ content: RepositoryEvent, digest: Digest) -> Delivery {
        let moment = clock.now()
        var delivery = Delivery(
            id: Identifier.make(at: moment),
            key: Delivery.Key(
                provider: WebhookProvider.github.rawValue, hook: claim.hook, delivery: claim.delivery,
                digest: digest.hex),
            event: claim.event, repository: claim.repository, content: content, receivedAt: moment)
        // Nothing follows from these: they need not wait for the engine, nor count among those that do.
        switch content {
        case .ping: delivery.status = .processed
        case .ignored(let reason):
            delivery.status = .ignored
            delivery.reason = reason
        case .push, .tree: break
        }
        return delivery
    }

    private func answer(
        _ result: Result<DeliveryService.Acceptance, any Error>, isPing: Bool
    ) -> HTTPResponse {
        switch result {
        case .success(.stored(let id)):
            monitor.count(.github, .accepted)
            return DeliveryAnswer.receipt(id, status: isPing ? 200 : 202)
        case .success(.repeated(let id)):
            monitor.count(.github, .repeated)
            return DeliveryAnswer.receipt(id, status: isPing ? 200 : 202)
        case .failure(let error):
            let isFull = (error as? DeploydError)?.code == .exhausted
            monitor.count(.github, isFull ? .exhausted : .failed)
            return refusal(error)
        }
    }

    private func refusal(_ error: any Error) -> HTTPResponse {
        DeliveryAnswer.refusal(error, log: log)
    }
}

/// What senders of deliveries are told.
enum DeliveryAnswer {
    /// Written by hand: it is the hottest answer of the program, and an identifier needs no escapes.
    static func receipt(_ id: String, status: Int = 202) -> HTTPResponse {
        HTTPResponse.json(Array("{\"delivery\":\"\(id)\"}".utf8), status: status)
    }

    static func refusal(_ error: any Error, log: Log) -> HTTPResponse {
        var problem = HTTPProblem(describing: error)
        if problem.status == 429 || problem.status == 503 { problem.retryAfter = GitHubHook.retryAfter }
        if problem.status == 500 { log.error("a delivery could not be stored", ["error": "\(error)"]) }
        return problem.response
    }
}
