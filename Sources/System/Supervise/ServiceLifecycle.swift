import Core

/// The life of a supervised process, as a pure state machine: events go in, and the action that the owner must perform
/// comes out.
struct ServiceLifecycle {
    typealias Instant = ContinuousClock.Instant

    enum State: Equatable {
        /// Nothing ran yet, or a pause is over. Exits: running, backoff, ended.
        case starting
        /// Exits: clearing (it ended), stopping.
        case running(pid: Int32, since: Instant)
        /// It was told to end. Exits: clearing.
        case stopping(pid: Int32, since: Instant, killAt: Instant)
        /// It has ended; what it left behind is being ended. Exits: backoff, ended.
        case clearing(killAt: Instant)
        /// Exits: starting (the pause is over), ended (stop).
        case backoff(until: Instant)
        case ended
    }

    enum Action: Equatable {
        case none
        /// Start the process; then report `started` or `failedToStart`.
        case start
        /// SIGTERM to the process group of the process.
        case terminateGroup
        /// SIGTERM, once, to every descendant that is left; then report `cleared` when there is none.
        case clear
        /// Look again whether a descendant is left; then report `cleared` when there is none.
        case look
        /// SIGKILL to every descendant; in `clearing`, then report `cleared` when there is none.
        case killAll
        /// Write the exit record and end.
        case end
    }

    /// How long descendants that outlive the process are given after SIGTERM.
    static let clearingGrace = Duration.seconds(2)
    /// After SIGKILL: descendants in an uninterruptible call of the kernel are not waited for longer.
    static let killPatience = Duration.seconds(5)
    /// Between two looks at what is left, and between two rounds of SIGKILL.
    static let round = Duration.milliseconds(25)

    let policy: RunSpecification.RestartPolicy
    private(set) var state = State.starting
    private(set) var isKept = false
    private(set) var isStopping = false
    private(set) var restarts = 0
    private(set) var lastExit: ExitRecord?
    private var failures = 0
    private var nextRound: Instant?

    init(policy: RunSpecification.RestartPolicy) { self.policy = policy }

    var pid: Int32? {
        switch state {
        case .running(let pid, _), .stopping(let pid, _, _): pid
        default: nil
        }
    }

    /// When `tick` must be called next.
    var due: Instant? {
        switch state {
        case .starting, .running, .ended: nil
        case .stopping(_, _, let killAt): nextRound ?? killAt
        case .clearing(let killAt): nextRound ?? killAt
        case .backoff(let until): until
        }
    }

    mutating func started(pid: Int32, now: Instant) {
        state = .running(pid: pid, since: now)
    }

    mutating func failedToStart(_ record: ExitRecord, now: Instant) -> Action {
        lastExit = record
        return settle(now: now)
    }

    /// The process has ended and was reaped.
    mutating func exited(_ record: ExitRecord, now: Instant) -> Action {
        lastExit = record
        var killAt = now + ServiceLifecycle.clearingGrace
        switch state {
        case .running(_, let since): noteUptime(now - since)
        case .stopping(_, _, let limit): killAt = min(killAt, limit)
        default: return .none
        }
        state = .clearing(killAt: killAt)
        nextRound = now + ServiceLifecycle.round
        return .clear
    }

    /// No descendant is left.
    mutating func cleared(now: Instant) -> Action {
        guard case .clearing = state else { return .none }
        return settle(now: now)
    }

    mutating func keep() { isKept = true }

    mutating func stop(grace: Duration, now: Instant) -> Action {
        isStopping = true
        switch state {
        case .running(let pid, let since):
            state = .stopping(pid: pid, since: since, killAt: now + grace)
            nextRound = nil
            return .terminateGroup
        case .stopping(let pid, let since, let killAt):
            state = .stopping(pid: pid, since: since, killAt: min(killAt, now + grace))
        case .clearing(let killAt):
            state = .clearing(killAt: min(killAt, now + grace))
        case .starting, .backoff:
            state = .ended
            return .end
        case .ended: break
        }
        return .none
    }

    /// Does what is due by now.
    mutating func tick(now: Instant) -> Action {
        guard let due, due <= now else { return .none }
        switch state {
        case .backoff:
            state = .starting
            restarts += 1
            return .start
        case .stopping:
            nextRound = now + ServiceLifecycle.round * 10
            return .killAll
        case .clearing(let killAt):
            guard now < killAt + ServiceLifecycle.killPatience else { return settle(now: now) }
            nextRound = now + ServiceLifecycle.round
            return now >= killAt ? .killAll : .look
        case .starting, .running, .ended: return .none
        }
    }

    /// A process that stayed up is not one that keeps failing.
    private mutating func noteUptime(_ uptime: Duration) {
        if uptime >= max(policy.maximum, .seconds(10)) { failures = 0 }
    }

    private mutating func settle(now: Instant) -> Action {
        nextRound = nil
        guard isKept, !isStopping else {
            state = .ended
            return .end
        }
        let doublings = min(failures, 20)
        failures += 1
        state = .backoff(until: now + min(policy.maximum, policy.initial * (1 << doublings)))
        return .none
    }
}

extension ServiceLifecycle {
    /// The state as it is said to others.
    var publicState: RunStatus.State {
        switch state {
        case .starting: .starting
        case .running: .running
        case .stopping: .stopping
        case .clearing: isStopping ? .stopping : isKept ? .backoff : .exited
        case .backoff: .backoff
        case .ended: .exited
        }
    }
}
