import Core
import HTTPServer
import Synchronization
import Webhooks

/// Counts what comes in, and writes a line for a refused delivery, but not for every one of a flood.
final class HookMonitor: Sendable {
    enum Outcome: String, CaseIterable {
        case accepted, repeated, unauthenticated, invalid, exhausted, failed
    }

    static let metric = "deployd_webhook_deliveries_total"
    /// How many refusals are written down per `window`.
    private static let linesPerWindow = 10
    private static let window = Duration.seconds(60)

    private struct State {
        var windowEnd = Timestamp(microseconds: 0)
        var lines = 0
        var suppressed = 0
    }

    private let counters: [WebhookProvider: [Outcome: MetricCounter]]
    private let log: Log
    private let clock: any WallClock
    private let state = Mutex(State())

    init(metrics: Metrics, log: Log, clock: any WallClock) {
        self.log = log
        self.clock = clock
        metrics.declare(HookMonitor.metric, .counter, help: "Webhook deliveries by provider and outcome.")
        counters = Dictionary(
            uniqueKeysWithValues: WebhookProvider.allCases.map { provider in
                let byOutcome = Outcome.allCases.map { outcome in
                    let labels: KeyValuePairs = ["provider": provider.rawValue, "outcome": outcome.rawValue]
                    return (outcome, metrics.counter(HookMonitor.metric, labels: labels))
                }
                return (provider, Dictionary(uniqueKeysWithValues: byOutcome))
            })
    }

    func count(_ provider: WebhookProvider, _ outcome: Outcome) { counters[provider]?[outcome]?.increment() }

    /// - Parameters:
    ///   - repository: what the delivery claims; it is not verified, and quoted in the log.
    ///   - reason: what only the log says: the sender is told no difference.
    func refused(_ provider: WebhookProvider, repository: String, reason: String, from peer: PeerAddress) {
        count(provider, .unauthenticated)
        guard let suppressed = permission() else { return }
        log.warning(
            "webhook refused",
            [
                "provider": provider.rawValue, "repository": repository, "reason": reason, "from": peer.host,
                "suppressed": "\(suppressed)",
            ])
    }

    /// - Returns: how many lines were left out before this one; nil when this one is to be left out.
    private func permission() -> Int? {
        let now = clock.steady()
        return state.withLock { state in
            if now >= state.windowEnd {
                state.windowEnd = now + HookMonitor.window
                state.lines = 0
            }
            guard state.lines < HookMonitor.linesPerWindow else {
                state.suppressed += 1
                return nil
            }
            state.lines += 1
            defer { state.suppressed = 0 }
            return state.suppressed
        }
    }
}
