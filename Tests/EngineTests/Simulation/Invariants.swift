import Core
import Model

/// What must hold of one service when all has settled, whatever happened on the way.
struct Invariants {
    let script: Script
    let world: FakeWorld
    let reader: any StorageReader

    /// What does not hold; empty when all does.
    func problems() throws -> [String] {
        let events = try reader.events(EventFilter(application: script.service), PageRequest(limit: 500)).items
            .reversed().map(\.self)
        return try releases(events) + desired(events)
            + script.instances.flatMap {
                try problems(of: $0, events.filter { [$0.draft.target] == [$0.draft.target] })
            }
            + deliveries()
    }

    private func deliveries() throws -> [String] {
        try reader.deliveries(status: nil, repository: script.repository, PageRequest(limit: 500)).items.compactMap {
            let isBroken: Bool
            if case .push(let push) = $0.content {
                isBroken = push.after?.contains("broken") == true
            } else {
                isBroken = false
            }
            switch $0.status {
            case .processed: return nil
            // A broken head hides what was pushed before it only where that cannot be read either.
            case .failed where isBroken: return nil
            default: return "delivery of \($0.key.delivery) is \($0.status): \($0.reason ?? "")"
            }
        }
    }

    /// Every accepted commit became one release, once.
    private func releases(_ events: [Event]) throws -> [String] {
        let made = events.filter { $0.draft.type == .releaseCreated }.compactMap(\.draft.after)
        var problems = Set(made).count == made.count ? [] : ["released twice: \(made)"]
        let missing = script.released.subtracting(made).sorted()
        if !missing.isEmpty { problems.append("never released: \(missing)") }
        return problems
    }

    private func desired(_ events: [Event]) throws -> [String] {
        let version = try reader.environmentVersion(script.service, script.environment)?.desired
        return (version == script.final ? [] : ["desired is \(version ?? "nil")"])
            + chain(events.filter { $0.draft.type == .versionDesired }, "desired", last: version)
    }

    private func problems(of id: InstanceID, _ events: [Event]) throws -> [String] {
        guard let instance = try reader.instance(id) else { return ["\(id) is missing"] }
        var problems: [String] = []
        if instance.desired != script.final || instance.deployed != script.final || instance.health != .healthy {
            problems.append("desired \(instance.desired ?? "nil"), deployed \(instance.deployed ?? "nil")")
        }
        let own = events.filter { $0.draft.target == id.target }
        problems += chain(
            own.filter { [.versionDeployed, .instanceDestroyed].contains($0.draft.type) }, "deployed",
            last: instance.deployed)
        let place = world.place(id)
        let run = instance.workload?.reveal() ?? ""
        if place.running != [run: script.final] || place.pointer != run {
            problems.append("runs \(place.running), pointer \(place.pointer ?? "nil"), recorded \(run)")
        }
        let resources = try reader.resources(of: id)
        if resources.map(\.status) != [.ready]
            || place.urls[run] != "x://\(resources[0].outputs["value"]?.reveal() ?? "")"
        {
            problems.append("resources \(resources.map(\.status)), url \(place.urls)")
        }
        return (problems + (try deployments(of: id, own))).map { "\(id): \($0)" }
    }

    private func deployments(of id: InstanceID, _ events: [Event]) throws -> [String] {
        let all = try reader.deployments(
            DeploymentFilter(application: id.application, target: id.target), PageRequest(limit: 500)
        ).items
        var problems = all.filter { !$0.status.isFinal }.map { "\($0.id) is \($0.status)" }
        let endings: [Deployment.Status: EventType] = [
            .succeeded: .deploymentSucceeded, .failed: .deploymentFailed, .superseded: .deploymentSuperseded,
            .cancelled: .deploymentCancelled,
        ]
        for (status, type) in endings {
            let (ended, told) = (all.count { $0.status == status }, events.count { $0.draft.type == type })
            if ended != told { problems.append("\(ended) \(status), \(told) events") }
        }
        // One at a time.
        let begun = all.filter { $0.inputs != nil && !$0.steps.isEmpty }.sorted {
            ($0.startedAt, $0.id) < ($1.startedAt, $1.id)
        }
        for (one, next) in zip(begun, begun.dropFirst())
        where one.endedAt ?? one.createdAt > next.startedAt ?? next.createdAt {
            problems.append("\(one.version) ended after \(next.version) began")
        }
        let failures = Dictionary(grouping: all.filter { $0.status == .failed }, by: \.version).mapValues(\.count)
        for (version, count) in failures where count > 1 + script.repetitions {
            problems.append("\(version) failed \(count) times")
        }
        return problems
    }

    /// Each begins where the one before ended, and changes something.
    private func chain(_ events: [Event], _ name: String, last: String?) -> [String] {
        var version: String?
        var problems: [String] = []
        for event in events.map(\.draft) {
            if event.type == .instanceDestroyed {
                if event.before != version {
                    problems.append("destroyed \(event.before ?? "nil") at \(version ?? "nil")")
                }
                version = nil
                continue
            }
            if event.before != version || event.after == event.before {
                problems.append("\(name): \(event.before ?? "nil") to \(event.after ?? "nil") at \(version ?? "nil")")
            }
            version = event.after
        }
        return version == last ? problems : problems + ["\(name): history ends at \(version ?? "nil")"]
    }
}

private func < (a: (Timestamp?, String), b: (Timestamp?, String)) -> Bool {
    (a.0?.microseconds ?? 0, a.1) < (b.0?.microseconds ?? 0, b.1)
}
