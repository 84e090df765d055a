import Core
import Kubernetes
import Model

/// What a view knows; its owner guards it by a lock.
struct ViewState {
    /// How a kind is followed.
    struct Following {
        /// Whether all of them have been told once.
        var isListed = false
        /// Since when, and why nothing is heard of changes.
        var interruption: (since: Timestamp, error: DeploydError)?
        var task: Task<Void, Never>?
    }

    private(set) var objects: [ObjectKey: ObservedObject] = [:]
    private(set) var members: [InstanceIdentity: Set<ObjectKey>] = [:]
    /// Counts changes of what an instance has, so that none is missed between looking and waiting.
    private(set) var changes: [InstanceIdentity: UInt64] = [:]
    private(set) var changesOfAll: UInt64 = 0
    var following: [KindKey: Following] = [:]
    var reminders: [InstanceIdentity: Task<Void, Never>] = [:]
    var isClosed = false

    func version(of identity: InstanceIdentity) -> UInt64 { (changes[identity] ?? 0) &+ changesOfAll }

    func objects(of identity: InstanceIdentity) -> [ObjectKey: ObservedObject] {
        var found: [ObjectKey: ObservedObject] = [:]
        for key in members[identity] ?? [] { found[key] = objects[key] }
        return found
    }

    /// Takes over all objects of a kind.
    /// - Returns: whose were changed by that.
    mutating func replace(_ kind: KindKey, by list: [(ObjectKey, ObservedObject)]) -> Set<InstanceIdentity> {
        var touched: Set<InstanceIdentity> = []
        let present = Set(list.map(\.0))
        for (key, object) in objects where key.kind == kind && !present.contains(key) {
            touched.formUnion(remove(key, object))
        }
        for (key, object) in list { touched.formUnion(put(key, object)) }
        following[kind]?.isListed = true
        return touched
    }

    mutating func put(_ key: ObjectKey, _ object: ObservedObject) -> Set<InstanceIdentity> {
        let old = objects[key]
        guard old != object else { return [] }
        objects[key] = object
        var touched: Set<InstanceIdentity> = []
        if let owner = old?.owner, owner != object.owner { touched.formUnion(leave(key, owner)) }
        if let owner = object.owner {
            members[owner, default: []].insert(key)
            changes[owner, default: 0] &+= 1
            touched.insert(owner)
        }
        return touched
    }

    mutating func remove(_ key: ObjectKey) -> Set<InstanceIdentity> {
        guard let object = objects[key] else { return [] }
        return remove(key, object)
    }

    private mutating func remove(_ key: ObjectKey, _ object: ObservedObject) -> Set<InstanceIdentity> {
        objects[key] = nil
        return object.owner.map { leave(key, $0) } ?? []
    }

    private mutating func leave(_ key: ObjectKey, _ owner: InstanceIdentity) -> Set<InstanceIdentity> {
        members[owner]?.remove(key)
        if members[owner]?.isEmpty == true { members[owner] = nil }
        changes[owner, default: 0] &+= 1
        return [owner]
    }

    /// Has everybody look again.
    mutating func touchAll() -> Set<InstanceIdentity> {
        changesOfAll &+= 1
        return Set(members.keys)
    }
}
