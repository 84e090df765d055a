import Model
import Synchronization

/// What is remembered of each workload while the server runs; a start begins anew.
final class RecoveryMemories: Sendable {
    private let memories = Mutex<[InstanceID: RecoveryMemory]>([:])

    func with<Value: Sendable>(
        _ instance: InstanceID, _ body: (inout RecoveryMemory) -> Value
    ) -> Value {
        memories.withLock { body(&$0[instance, default: RecoveryMemory()]) }
    }

    func forget(_ instance: InstanceID) { memories.withLock { $0[instance] = nil } }
}
