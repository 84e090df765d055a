import Core
import Model

/// Processes accepted deliveries: those of one repository in the order they came, several repositories at a time.
public actor IntakeLoop {
    /// How many deliveries are processed at a time.
    public static let parallel = 4
    private static let batch = 100
    /// How long the archive of a failed push is kept for a redelivery.
    private static let spoolAge = Duration.seconds(7 * 86_400)

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
        await withTaskGroup(of: Void.self) { group in
            while !Task.isCancelled {
                do {
                    for delivery in try await next() {
                        busy.insert(delivery.lane)
                        group.addTask { await self.process(delivery) }
                    }
                    await wake.wait(atMost: try await timeToNext(), clock: context.clock)
                } catch {
                    guard !Task.isCancelled else { break }
                    context.log.error("reading the waiting deliveries failed", ["error": "\(error)"])
                    try? await context.clock.sleep(for: .seconds(1))
                }
            }
        }
    }

    /// The oldest waiting delivery of each repository that none is processed of, up to the bound.
    private func next() async throws -> [Delivery] {
        let free = IntakeLoop.parallel - busy.count
        guard free > 0 else { return [] }
        let moment = context.clock.now()
        let waiting = try await context.storage.read {
            try $0.waitingDeliveries(at: moment, limit: IntakeLoop.batch)
        }
        var lanes = busy
        return Array(waiting.filter { lanes.insert($0.lane).inserted }.prefix(free))
    }

    private func timeToNext() async throws -> Duration? {
        guard let next = try await context.storage.read({ try $0.nextDeliveryTime() }) else { return nil }
        return max(.milliseconds(1), next - context.clock.now())
    }

    private func process(_ delivery: Delivery) async {
        await DeliveryProcessor(context: context, reconcilers: reconcilers).process(delivery)
        busy.remove(delivery.lane)
        wake.raise()
    }
}

extension Delivery {
    /// Deliveries of one lane are processed one after the other.
    fileprivate var lane: String { repository ?? "tree/\(key.hook)" }
}
