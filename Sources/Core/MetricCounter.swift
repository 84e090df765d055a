import Synchronization

/// One series of a counter, for what is counted so often that finding it by its labels would cost more than the work.
public final class MetricCounter: Sendable {
    private let count = Atomic(0)

    init() {}

    public func increment() { count.add(1, ordering: .relaxed) }

    var value: Double { Double(count.load(ordering: .relaxed)) }
}
