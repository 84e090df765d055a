import Core
import Model

/// Processes accepted deliveries: several repositories at a time, of each one after the other.
public actor IntakeLoop {
    /// How many deliveries are processed at a time.
    public static let parallel = 4
    private static let batch = 100
    /// How long the archive of a failed push is kept for a redelivery.
    private static let spoolAge = Duration.seconds(7 * 86_400)
    /// How long the store is left alone when it refuses.
    private static let pause = Duration.seconds(1)

    private let context: EngineContext
    private let wake: Wake
    private let reconcilers: Reconcilers
    private var busy: Set<String> = []

    public init(context: EngineContext, wake: Wake, reconcilers: Reconcilers) {
        self.context = context
        self.wake = wake
        self.reconcilers = reconcilers
    }

    /// Runs until the task is cancelled; deliveries under way are finished or left to the next start.
    public func run() async {
        await context.source.discardSpooled(olderThan: IntakeLoop.spoolAge)
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                do {
                    let waiting = try await next()
                    for delivery in waiting.deliveries {
                        busy.insert(delivery.lane)
                        group.addTask { await self.process(delivery) }
                    }
                    await wake.wait(atMost: waiting.time, clock: context.clock)
                } catch {
                    guard !Task.isCancelled else { break }
                    context.log.error("reading the waiting deliveries failed", ["error": "\(error)"])
                    try? await context.clock.sleep(for: IntakeLoop.pause)
                }
            }
        }
    }

    /// The next delivery of each repository that none is processed of, up to the bound, and when to look again unless
    /// woken. Those whose time has come and that wait for their turn are found when the one before them is done.
    private func next() async throws -> (deliveries: [Delivery], time: Duration?) {
        let moment = context.clock.now()
        let (waiting, time) = try await context.storage.read { reader in
            (
                try reader.waitingDeliveries(at: moment, limit: IntakeLoop.batch),
                try reader.nextDeliveryTime(after: moment)
            )
        }
        var lanes = busy
        let chosen = waiting.filter { lanes.insert($0.lane).inserted }.prefix(IntakeLoop.parallel - busy.count)
        return (Array(chosen), time.map { $0 - moment })
    }

    private func process(_ delivery: Delivery) async {
        do {
            try await DeliveryProcessor(context: context, reconcilers: reconcilers).process(delivery)
        } catch {
            // Nothing could be recorded of it. It is taken up again, not at once.
            guard !Task.isCancelled else { return }
            context.log.error("the store refused a delivery's outcome", ["delivery": delivery.id, "error": "\(error)"])
            try? await context.clock.sleep(for: IntakeLoop.pause)
        }
        busy.remove(delivery.lane)
        wake.raise()
    }
}

extension Delivery {
    /// Deliveries of one lane are processed one after the other.
    fileprivate var lane: String { repository ?? "tree/\(key.hook)" }
}
