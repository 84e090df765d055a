public import Core
import Model

/// Processes accepted deliveries: several lanes at a time, of each one delivery after the other.
///
/// Every lane with work has a turn before any has another, so one with thousands of deliveries delays another's only one
/// by a turn, and no more. One that takes longer than `patience` goes on aside (`LanePlaces`).
public actor IntakeLoop {
    /// How many lanes have their turn at a time.
    public static let parallel = 4
    /// How long a turn may keep one of these places.
    static let patience = Duration.seconds(10)
    /// How many deliveries a turn is at most; what a fetch showed of a ref is used for all of them.
    static let turn = 50
    /// A turn in which this has passed ends with the delivery at hand.
    static let turnTime = Duration.seconds(2)
    /// How many lanes are read at a time.
    private static let page = 500
    /// How long the archive of a failed push is kept for a redelivery.
    private static let spoolAge = Duration.seconds(7 * 86_400)
    /// How long the store is left alone when it refuses.
    private static let pause = Duration.seconds(1)

    private let context: EngineContext
    private let wake: Wake
    private let reconcilers: Reconcilers
    private let timer: any WallClock
    private var places = LanePlaces(limit: IntakeLoop.parallel)
    /// Lanes that are to have a turn before any has another.
    private var round: [String] = []
    /// Where the next round goes on; nil: at the beginning.
    private var cursor: String?

    /// - Parameter timer: measures how long a turn takes.
    public init(
        context: EngineContext, wake: Wake, reconcilers: Reconcilers, timer: any WallClock = SystemClock()
    ) {
        self.context = context
        self.timer = timer
        self.wake = wake
        self.reconcilers = reconcilers
    }

    /// Runs until the task is cancelled; deliveries under way are left to the next start.
    public func run() async {
        await context.source.discardSpooled(olderThan: IntakeLoop.spoolAge)
        await recover()
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                do {
                    // Before the lanes are read: what becomes due meanwhile is not passed over.
                    let moment = context.clock.now()
                    while let lane = try await nextLane() {
                        group.addTask { await self.take(lane) }
                    }
                    let time = try await context.storage.read { try $0.nextDeliveryTime(after: moment) }
                    await wake.wait(atMost: time.map { max($0 - context.clock.now(), .zero) }, clock: context.clock)
                } catch {
                    guard !Task.isCancelled else { break }
                    context.log.error("reading the waiting deliveries failed", ["error": "\(error)"])
                    try? await context.clock.sleep(for: IntakeLoop.pause)
                }
            }
        }
    }

    private func recover() async {
        while !Task.isCancelled {
            do { return try await DeliveryRecovery(context: context).run() } catch {
                context.log.error("the deliveries of the last run cannot be taken up", ["error": "\(error)"])
                try? await context.clock.sleep(for: IntakeLoop.pause)
            }
        }
    }

    /// The lane whose turn begins; nil when nothing waits, or enough are under way. A lane that gets work meanwhile has its
    /// turn when one of those is over.
    private func nextLane() async throws -> String? {
        while true {
            if let lane = places.beginSlow() { return lane }
            guard places.hasRoom else { return nil }
            if round.isEmpty { round = try await lanes() }
            guard !round.isEmpty else { return nil }
            let lane = round.removeFirst()
            if places.begin(lane) { return lane }
        }
    }

    /// Those with work that have no turn yet.
    private func lanes() async throws -> [String] {
        var isWhole = cursor == nil
        while true {
            let (start, moment) = (cursor, context.clock.now())
            let page = try await context.storage.read {
                try $0.waitingLanes(at: moment, after: start, limit: IntakeLoop.page)
            }
            cursor = page.count < IntakeLoop.page ? nil : page.last
            let free = page.filter { !places.knows($0) }
            if !free.isEmpty || cursor == nil && isWhole { return free }
            if cursor == nil { isWhole = true }
        }
    }

    private func take(_ lane: String) async {
        let timer = timer
        var wasLate = false
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                await self.turn(lane)
                return true
            }
            group.addTask {
                try? await timer.sleep(for: IntakeLoop.patience)
                return false
            }
            while let isOver = await group.next(), !isOver {
                guard !Task.isCancelled else { continue }
                wasLate = true
                if self.isLate(lane) == .givesUp { group.cancelAll() }
            }
            group.cancelAll()
        }
        places.end(lane, wasLate: wasLate)
        wake.raise()
    }

    private func isLate(_ lane: String) -> LanePlaces.Verdict {
        let verdict = places.isLate(lane)
        context.log.warning(
            verdict == .givesUp
                ? "a repository answers slowly, and so do others: its pushes wait until one of those is done"
                : "a repository answers slowly; others go on meanwhile", ["lane": lane])
        wake.raise()
        return verdict
    }

    private func turn(_ lane: String) async {
        do {
            try await process(lane)
        } catch {
            // Nothing could be recorded of it. It is taken up again, not at once.
            guard !Task.isCancelled else { return }
            context.log.error("the store refused a delivery's outcome", ["lane": lane, "error": "\(error)"])
            try? await context.clock.sleep(for: IntakeLoop.pause)
        }
    }

    /// One turn.
    private func process(_ lane: String) async throws {
        let (start, moment) = (context.clock.steady(), context.clock.now())
        let deliveries = try await context.storage.read {
            try $0.waitingDeliveries(inLane: lane, at: moment, limit: IntakeLoop.turn)
        }
        let turn = SourceTurn(context.source)
        let processor = DeliveryProcessor(context: context, reconcilers: reconcilers)
        for delivery in deliveries {
            try Task.checkCancellation()
            try await processor.process(delivery, in: turn)
            guard context.clock.steady() - start < IntakeLoop.turnTime else { return }
        }
    }
}
