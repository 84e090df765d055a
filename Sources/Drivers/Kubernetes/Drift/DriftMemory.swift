import Model
import Synchronization

/// What was found when an object was looked at, until it changes again.
final class DriftMemory: Sendable {
    /// What is another as soon as an object may have drifted otherwise.
    struct Mark: Sendable, Hashable {
        let uid: String
        let generation: Int64
        let ownedFields: String
        let resourceVersion: String

        init(_ object: ObservedObject) {
            (uid, generation) = (object.uid, object.generation)
            (ownedFields, resourceVersion) = (object.ownedFields, object.resourceVersion)
        }
    }

    /// Beyond so many objects what was found is forgotten: each costs a request then.
    private static let limit = 10_000

    private let found = Mutex<[ObjectKey: (mark: Mark, fields: [DriftedField])]>([:])

    func known(_ key: ObjectKey, _ mark: Mark) -> [DriftedField]? {
        found.withLock { found in found[key].flatMap { $0.mark == mark ? $0.fields : nil } }
    }

    func keep(_ key: ObjectKey, _ mark: Mark, _ fields: [DriftedField]) {
        found.withLock { found in
            if found.count >= DriftMemory.limit { found = [:] }
            found[key] = (mark, fields)
        }
    }
}
