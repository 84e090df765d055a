import Core
import System

/// Sees to it that HAProxy runs, for the many instances that ask: it is looked after once in a while, not by each.
actor HAProxyWatch {
    private static let interval = Duration.seconds(3)

    private let haproxy: HAProxy
    private var looked: ContinuousClock.Instant?
    private var looking: Task<String?, Never>?

    init(_ haproxy: HAProxy) { self.haproxy = haproxy }

    /// Why it does not run; nil when it did a moment ago.
    func problem() async -> String? {
        if let looking { return await looking.value }
        if let looked, ContinuousClock.now - looked < HAProxyWatch.interval { return nil }
        let task = Task { [haproxy] () -> String? in
            do {
                try await haproxy.ensureRunning()
                return nil
            } catch {
                return "entrypoints: \((error as? DeploydError)?.message ?? "\(error)")"
            }
        }
        looking = task
        let problem = await task.value
        looking = nil
        looked = problem == nil ? .now : nil
        return problem
    }
}
