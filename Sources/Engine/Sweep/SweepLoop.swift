import Core
import Model

/// Compares the refs of every repository with what was seen of them, again and again: webhooks get lost.
///
/// Each repository has a time of its own, with a jitter. One whose server does not answer is asked less and less often,
/// and delays no other.
public actor SweepLoop {
    public static let defaultInterval = Duration.seconds(300)
    /// How many servers are asked at a time.
    private static let parallel = 8
    /// One that does not answer is asked again within this time.
    private static let longestPause = Duration.seconds(3600)
    /// After a start the repositories are looked at within this time: what was sent meanwhile is lost.
    private static let startSpread = Duration.seconds(20)
    /// How long a webhook may take to come, and to be processed.
    private static let grace = Duration.seconds(15)
    /// How long the store is left alone when it refuses.
    private static let storePause = Duration.seconds(1)

    private struct Plan {
        /// By the clock that nobody sets.
        var due: Timestamp
        var failures = 0
        var isBusy = false
    }

    private let context: EngineContext
    private let wake: Wake
    private let interval: Duration
    private let sweep: RepositorySweep
    private var plans: [String: Plan] = [:]

    /// - Parameter wake: raised when a repository is added.
    public init(context: EngineContext, deliveries: DeliveryService, wake: Wake, interval: Duration) {
        self.context = context
        self.wake = wake
        self.interval = interval
        sweep = RepositorySweep(
            context: context, deliveries: deliveries, grace: min(SweepLoop.grace, interval / 2),
            limiter: Limiter(SweepLoop.parallel))
    }

    /// Runs until the task is cancelled; looks under way are given up.
    public func run() async {
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                do {
                    for id in try await due() { group.addTask { await self.look(id) } }
                    let next = plans.values.filter { !$0.isBusy }.map(\.due).min()
                    await wake.wait(atMost: next.map { max($0 - context.clock.steady(), .zero) }, clock: context.clock)
                } catch {
                    guard !Task.isCancelled else { break }
                    context.log.error("reading the repositories failed", ["error": "\(error)"])
                    try? await context.clock.sleep(for: SweepLoop.storePause)
                }
            }
        }
    }

    /// Those whose time has come; they count as busy from now on.
    private func due() async throws -> [String] {
        let repositories = try await repositories()
        let moment = context.clock.steady()
        let ids = Set(repositories.map(\.id))
        plans = plans.filter { ids.contains($0.key) || $0.value.isBusy }
        for repository in repositories where plans[repository.id] == nil {
            // One that was never looked at is at once: what is pushed from then on cannot be lost.
            let spread = repository.sweep.at == nil ? .zero : min(SweepLoop.startSpread, interval)
            plans[repository.id] = Plan(due: moment + spread * Double.random(in: 0...1))
        }
        let due = plans.filter { !$0.value.isBusy && $0.value.due <= moment }.map(\.key)
        for id in due { plans[id]?.isBusy = true }
        return due
    }

    private func repositories() async throws -> [CodeRepository] {
        try await context.storage.read { reader in
            var all: [CodeRepository] = []
            var cursor: String?
            repeat {
                let page = try reader.repositories(PageRequest(limit: PageRequest.maximumLimit, after: cursor))
                all += page.items
                cursor = page.next
            } while cursor != nil
            return all
        }
    }

    private func look(_ id: String) async {
        var plan = plans[id] ?? Plan(due: context.clock.steady())
        do {
            let outcome = try await sweep.run(id)
            if !outcome.deliveries.isEmpty {
                context.log.warning(
                    "pushes without a webhook were found",
                    ["repository": id, "deliveries": outcome.deliveries.joined(separator: " ")])
            }
            plan.failures = 0
            plan.due = context.clock.steady() + interval * Double.random(in: 0.9...1.1)
        } catch {
            guard !Task.isCancelled else { return }
            plan.failures += 1
            plan.due = context.clock.steady() + pause(after: plan.failures)
            if plan.failures == 1 {
                context.log.warning(
                    "the refs of a repository cannot be listed", ["repository": id, "error": "\(error)"])
            }
        }
        plan.isBusy = false
        plans[id] = plan
        wake.raise()
    }

    private func pause(after failures: Int) -> Duration {
        let policy = RetryPolicy(
            initial: interval, maximum: max(interval, SweepLoop.longestPause), tries: .max)
        return policy.delay(afterAttempt: failures, chance: .random(in: 0...1)) ?? interval
    }
}
