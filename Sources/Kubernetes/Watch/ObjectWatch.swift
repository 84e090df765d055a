import Core

/// Follows all objects of a kind for as long as it runs: lists them, then watches; goes on where a watch broke off, and
/// lists anew where that is too long ago.
public struct ObjectWatch: Sendable {
    /// How long one connection lasts, by chance up to half of it more: servers are asked anew by all their clients
    /// otherwise at one moment.
    static let shortestDuration = Duration.seconds(240)
    /// A bookmark comes each minute.
    static let idleTimeout = Duration.seconds(150)

    private let client: KubernetesClient
    private let type: ResourceType
    private let namespace: String?
    private let options: ListOptions
    private let retrier: Retrier

    /// - Parameter namespace: nil for all.
    public init(
        _ client: KubernetesClient, _ type: ResourceType, namespace: String? = nil,
        _ options: ListOptions = ListOptions()
    ) {
        self.client = client
        self.type = type
        self.namespace = namespace
        self.options = options
        retrier = Retrier(clock: client.transport.clock)
    }

    /// Tells every change, one after the other; while `receive` takes its time the server waits.
    /// - Throws: `DeploydError` `cancelled`, when the task is. Nothing else ends it.
    public func run(_ receive: (WatchUpdate) async -> Void) async throws {
        var progress = Progress()
        while true {
            do {
                try Task.checkCancellation()
                try await follow(&progress, receive)
            } catch {
                let error = Retrier.readable(error)
                guard error.code != .cancelled else { throw error }
                // To list anew is the way on, and nothing that people need to know of, unless it does not help.
                if progress.canListAnew(after: error) { continue }
                progress.failures += 1
                if !progress.isInterrupted {
                    progress.isInterrupted = true
                    await receive(.interrupted(error))
                }
                let pause = retrier.pause(after: progress.failures, asked: error.apiStatus?.retryAfter)
                try await sleep(min(pause, .seconds(60)))
            }
        }
    }

    private struct Progress {
        /// Where to go on; nil to begin with a list.
        var position: String?
        var failures = 0
        var isInterrupted = false

        /// Whether the position is the list's own.
        var isFresh = false

        /// Forgets a position that is too old.
        /// - Returns: whether that is a way on.
        mutating func canListAnew(after error: DeploydError) -> Bool {
            guard error.apiStatus?.isExpired == true, position != nil else { return false }
            position = nil
            return !isFresh
        }
    }

    /// Lists where that is needed, then watches until the server ends it.
    private func follow(_ progress: inout Progress, _ receive: (WatchUpdate) async -> Void)
        async throws
    {
        let position: String
        if let known = progress.position {
            position = known
        } else {
            let list = try await client.list(type, namespace: namespace, options)
            await receive(.all(list.items))
            position = list.resourceVersion
            (progress.position, progress.isFresh) = (position, true)
        }
        let duration = ObjectWatch.shortestDuration * (1 + retrier.chance() / 2)
        let began = client.transport.clock.now()
        let watch = try await client.watch(
            type, namespace: namespace, options, from: position, duration: duration,
            idleTimeout: ObjectWatch.idleTimeout)
        if progress.isInterrupted {
            progress.isInterrupted = false
            await receive(.resumed)
        }
        var isSilent = true
        for try await event in watch {
            (isSilent, progress.isFresh, progress.failures) = (false, false, 0)
            if let update = update(event) { await receive(update) }
            progress.position = event.resourceVersion ?? progress.position
        }
        // Whoever ends every watch at once is not asked again at once.
        if isSilent, client.transport.clock.now() - began < .seconds(1) {
            progress.failures += 1
            try await sleep(retrier.pause(after: progress.failures, asked: nil))
        } else {
            progress.failures = 0
        }
    }

    private func update(_ event: WatchEvent) -> WatchUpdate? {
        switch event {
        case .added(let object), .modified(let object): .changed(options.keeping(object))
        case .deleted(let object): .removed(options.keeping(object))
        case .bookmark: nil
        }
    }

    private func sleep(_ duration: Duration) async throws {
        do { try await client.transport.clock.sleep(for: duration) } catch {
            throw Retrier.readable(error)
        }
    }
}
