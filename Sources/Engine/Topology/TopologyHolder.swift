import Core
import Model
import Synchronization

/// The worlds, environments and resource definitions that are in force.
public final class TopologyHolder: Sendable {
    private struct State {
        var snapshot: TopologySnapshot
        var report: ReloadReport?
        var changes = 0
    }

    private let state: Mutex<State>
    /// One change at a time, from looking at what is there to its commit.
    let turn = Limiter(1)
    /// Raised when another snapshot is in force; for whoever follows the worlds.
    let changed = Wake()

    /// - Parameter report: of the reading that gave the snapshot.
    public init(_ snapshot: TopologySnapshot, report: ReloadReport? = nil) {
        state = Mutex(State(snapshot: snapshot, report: report))
    }

    public var current: TopologySnapshot { state.withLock(\.snapshot) }

    /// What became of the last reading of the files; nil before the first.
    public var report: ReloadReport? { state.withLock(\.report) }

    /// How often the API changed something since the start.
    public var changes: Int { state.withLock(\.changes) }

    func replace(with snapshot: TopologySnapshot) {
        state.withLock { $0.snapshot = snapshot }
        changed.raise()
    }
    func note(_ report: ReloadReport) { state.withLock { $0.report = report } }
    func noteChange() { state.withLock { $0.changes += 1 } }
}
