import Core
import Model

/// What the history says of a change of worlds, environments, sets and targets.
struct TopologyEvents {
    let before: Topology
    let after: Topology
    let actor: String
    let cause: Cause?

    var drafts: [EventDraft] { worlds + environments + sets + targets }

    private var worlds: [EventDraft] {
        changes(before.worlds, after.worlds).map { name, old, new in
            let what = old == nil ? "added" : new == nil ? "no longer described" : "changed"
            let unshared = Set((old?.shared ?? [:]).keys).subtracting((new?.shared ?? [:]).keys).sorted()
            let left =
                unshared.isEmpty ? "" : "; it no longer shares \(unshared.joined(separator: ", ")): what was made stays"
            return draft(.worldChanged, detail: "world \(name): \(what)\(left)")
        }
    }

    private var environments: [EventDraft] {
        changes(before.environments.mapValues(\.alone), after.environments.mapValues(\.alone)).map { name, old, new in
            draft(
                old == nil ? .environmentCreated : new == nil ? .environmentDeleted : .environmentChanged,
                environment: name)
        }
    }

    private var sets: [EventDraft] {
        changes(before.environmentSets, after.environmentSets).map { name, old, new in
            var event = draft(
                old == nil ? .environmentSetCreated : new == nil ? .environmentSetDeleted : .environmentSetChanged,
                detail: "environment set \(name)")
            event.before = old?.environments.joined(separator: ", ")
            event.after = new?.environments.joined(separator: ", ")
            return event
        }
    }

    private var targets: [EventDraft] {
        changes(before.targets, after.targets).map { name, old, new in
            var event = draft(
                old == nil ? .targetCreated : new == nil ? .targetDeleted : .targetChanged,
                environment: (new ?? old)?.environment)
            event.target = name
            event.before = old.map(TopologyEvents.place)
            event.after = new.map(TopologyEvents.place)
            return event
        }
    }

    private static func place(_ target: Target) -> String { target.world.map { "world \($0)" } ?? "tracked only" }

    private func draft(_ type: EventType, environment: String? = nil, detail: String? = nil) -> EventDraft {
        EventDraft(type, actor: actor, cause: cause, environment: environment, detail: detail)
    }

    private func changes<Value: Equatable>(
        _ before: [String: Value], _ after: [String: Value]
    ) -> [(name: String, old: Value?, new: Value?)] {
        Set(before.keys).union(after.keys).sorted().filter { before[$0] != after[$0] }.map {
            ($0, before[$0], after[$0])
        }
    }
}

extension Environment {
    /// Without its targets, which have events of their own.
    fileprivate var alone: Environment {
        var environment = self
        environment.targets = []
        return environment
    }
}
