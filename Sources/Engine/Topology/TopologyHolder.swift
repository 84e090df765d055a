public import Model
import Synchronization

/// The worlds, environments and resource definitions that were read last without an error.
public final class TopologyHolder: Sendable {
    private let state: Mutex<TopologySnapshot>

    public init(_ snapshot: TopologySnapshot) { state = Mutex(snapshot) }

    public var current: TopologySnapshot { state.withLock { $0 } }

    func replace(with snapshot: TopologySnapshot) { state.withLock { $0 = snapshot } }
}

/// One reading of `worlds/` and `resource-repos/`.
public struct TopologySnapshot: Sendable {
    public let topology: Topology
    public let catalogue: ResourceCatalogue

    public init(topology: Topology, catalogue: ResourceCatalogue) {
        self.topology = topology
        self.catalogue = catalogue
    }
}
