/// Whether an instance is to run, and what somebody asked of it that is not done yet. It is recorded before anything is
/// done, so that a server that dies goes on with it.
public struct Lifecycle: Sendable, Equatable {
    public enum State: String, Sendable, CaseIterable {
        /// Versions are deployed, and what ends is started again. → `stopping`, `restarting`, `destroying`
        case running
        /// → `stopped`, `starting`, `destroying`
        case stopping
        /// Nothing runs and nothing is deployed; addresses and resources stay. → `starting`, `destroying`
        case stopped
        /// → `running`, `stopping`, `destroying`
        case starting
        /// Stopped and started again as it is. → `running`, `stopping`, `destroying`
        case restarting
        /// → `destroyed`
        case destroying
        /// Gone, until a version is set again in its environment. → `running`
        case destroyed

        /// Whether something has to be done.
        public var isUnderWay: Bool { [.stopping, .starting, .restarting, .destroying].contains(self) }
        public var isEnding: Bool { self == .destroying || self == .destroyed }
    }

    public enum Request: String, Sendable, CaseIterable {
        case stop, start, restart, destroy
    }

    public var state: State
    /// Who asked for it last.
    public var actor: String?
    public var cause: Cause?
    /// Why it is not done yet: the last error on the way.
    public var reason: String?

    public init(_ state: State = .running, actor: String? = nil, cause: Cause? = nil, reason: String? = nil) {
        self.state = state
        self.actor = actor
        self.cause = cause
        self.reason = reason
    }

    /// Takes a request over.
    /// - Returns: whether anything changes; what is so, or on its way, is not asked for again.
    /// - Throws: the sentence that says why it cannot be asked for now.
    public mutating func take(_ request: Request, by actor: String, cause: Cause?) throws(Refusal) -> Bool {
        guard let next = try State.next(state, request) else { return false }
        self = Lifecycle(next, actor: actor, cause: cause)
        return true
    }

    /// Why a request cannot be taken over.
    public struct Refusal: Error, Sendable, Equatable {
        public let reason: String
    }
}

extension Lifecycle.State {
    /// nil: there is nothing to change.
    fileprivate static func next(
        _ state: Self, _ request: Lifecycle.Request
    ) throws(Lifecycle.Refusal) -> Self? {
        switch (state, request) {
        case (.destroying, .destroy): nil
        case (.destroying, _), (.destroyed, _): throw Lifecycle.Refusal(reason: "it is being destroyed")
        case (_, .destroy): .destroying
        case (.stopping, .stop), (.stopped, .stop): nil
        case (_, .stop): .stopping
        case (.stopping, .start), (.stopped, .start): .starting
        case (_, .start): nil
        case (.stopping, .restart), (.stopped, .restart):
            throw Lifecycle.Refusal(reason: "it is stopped; start it instead")
        case (.running, .restart): .restarting
        case (_, .restart): nil
        }
    }
}
