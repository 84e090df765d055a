import Synchronization

/// The worlds whose drivers tell of changes at the moment: nothing in them is looked at again and again.
final class ToldWorlds: Sendable {
    private let names = Mutex<Set<String>>([])

    var current: Set<String> { names.withLock { $0 } }
    func contains(_ world: String) -> Bool { names.withLock { $0.contains(world) } }
    func insert(_ world: String) { names.withLock { _ = $0.insert(world) } }
    func remove(_ world: String) { names.withLock { _ = $0.remove(world) } }
}
