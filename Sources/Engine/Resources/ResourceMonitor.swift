import Core
import Model

/// Looks now and then whether everything that was made is still there, so that people are told before they miss it.
public struct ResourceMonitor: Sendable {
    private let context: EngineContext
    private let interval: Duration

    public init(context: EngineContext, interval: Duration = .seconds(60)) {
        self.context = context
        self.interval = interval
    }

    /// Runs until the task is cancelled; the first look is at once.
    public func run() async {
        while !Task.isCancelled {
            do { try await look() } catch {
                guard !Task.isCancelled else { return }
                context.log.error("looking for the resources failed", ["error": "\(error)"])
            }
            guard (try? await context.clock.sleep(for: interval)) != nil else { return }
        }
    }

    /// One look at each.
    public func look() async throws {
        let presence = ResourcePresence(context: context)
        for status in [Resource.Status.ready, .missing] {
            var cursor: String?
            repeat {
                let request = PageRequest(limit: PageRequest.maximumLimit, after: cursor)
                let page = try await context.storage.read { try $0.resources(ResourceFilter(status: status), request) }
                for resource in page.items {
                    try Task.checkCancellation()
                    try await presence.look(for: resource)
                }
                cursor = page.next
            } while cursor != nil
        }
    }
}
