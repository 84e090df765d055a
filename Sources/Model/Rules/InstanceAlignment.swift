public import Core

/// Where an application should be: one target of one of its environments.
public struct Placement: Sendable, Hashable {
    public let environment: String
    public let target: String
    /// nil: tracked only.
    public let world: String?

    public init(environment: String, target: String, world: String?) {
        self.environment = environment
        self.target = target
        self.world = world
    }
}

/// What has to change so that an application has an instance on every target it should be on.
///
/// An instance that no placement names is detached: it goes on running and gets no new version. One that is named again
/// is attached. Nothing is removed here.
public struct InstanceAlignment: Sendable, Equatable {
    public let created: [Instance]
    /// Their environment, world, `desired` or attachment changed.
    public let changed: [Instance]

    public var isEmpty: Bool { created.isEmpty && changed.isEmpty }

    /// - Parameters:
    ///   - existing: all instances of the application, destroyed ones too.
    ///   - desired: the version of each environment.
    ///   - absence: why no placement names an instance.
    public init(
        application: String, placements: [Placement], existing: [Instance], desired: [String: String],
        at moment: Timestamp, absence: (Instance) -> String
    ) {
        let byTarget = Dictionary(existing.map { ($0.id.target, $0) }, uniquingKeysWith: { first, _ in first })
        let wanted = Dictionary(placements.map { ($0.target, $0) }, uniquingKeysWith: { first, _ in first })
        var seen: Set<String> = []
        created = placements.filter { byTarget[$0.target] == nil && seen.insert($0.target).inserted }.map { placement in
            Instance(
                id: InstanceID(application: application, target: placement.target),
                environment: placement.environment, world: placement.world,
                desired: desired[placement.environment], since: moment, createdAt: moment)
        }
        changed = existing.compactMap { instance in
            var aligned = instance
            if let placement = wanted[instance.id.target] {
                if let problem = InstanceAlignment.problem(of: instance, on: placement) {
                    aligned.detachment = problem
                    return aligned == instance ? nil : aligned
                }
                aligned.detachment = nil
                aligned.environment = placement.environment
                aligned.world = placement.world ?? instance.world
                // What is destroyed comes back when a version is set, not when files are read.
                if !instance.lifecycle.state.isEnding {
                    aligned.desired = desired[placement.environment] ?? instance.desired
                }
            } else {
                aligned.detachment = absence(instance)
            }
            return aligned == instance ? nil : aligned
        }
    }

    /// What runs in one world is not brought to another: there it would be found by nobody.
    private static func problem(of instance: Instance, on placement: Placement) -> String? {
        guard instance.workload != nil, let world = placement.world, let present = instance.world, world != present
        else { return nil }
        return
            "the target '\(placement.target)' is the world '\(world)' now, and this runs in '\(present)'; "
            + "`deployd destroy \(instance.id.application) --target \(placement.target)` lets the next version be made there"
    }
}
