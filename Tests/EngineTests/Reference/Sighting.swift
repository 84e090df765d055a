import Model

/// All that can be seen of an application from outside.
struct Sighting: Equatable, CustomStringConvertible {
    /// By version: the commit that it is.
    private var releases: [String: String] = [:]
    private var environments: [String: String] = [:]
    private var instances: [String: String] = [:]
    private var refusedDeliveries = 0

    init(of model: ReferenceApplication) {
        releases = model.commits
        refusedDeliveries = model.refusedDeliveries
        guard !model.commits.isEmpty else { return }
        for (name, environment) in model.environments where environment.desired != nil || environment.isHeld {
            environments[name] = Self.text(environment.desired, environment.isHeld, environment.history)
        }
        for (target, instance) in model.instances {
            let state =
                switch instance.state {
                case .running: "running"
                case .stopped: "stopped"
                case .destroyed: "destroyed"
                }
            let runs = instance.state == .running ? instance.deployed : nil
            instances[target] = Self.text(
                state, instance.isDetached, instance.desired, instance.deployed, runs,
                instance.history.map { $0 ?? "-" })
        }
    }

    init(
        of application: String, from repository: String, in reader: any StorageReader, _ world: FakeWorld
    ) throws {
        for release in try reader.releases(of: application, PageRequest(limit: 500)).items {
            releases[release.version] = release.commit
        }
        let events = try reader.events(EventFilter(application: application), PageRequest(limit: 500)).items.reversed()
            .map(\.draft)
        for version in try reader.environmentVersions(of: application)
        where version.desired != nil || version.hold != nil {
            environments[version.environment] = Self.text(
                version.desired, version.hold != nil,
                events.filter { $0.type == .versionDesired && $0.environment == version.environment }
                    .compactMap(\.after))
        }
        let filter = InstanceFilter(application: application, includesDestroyed: true)
        for instance in try reader.instances(filter) {
            let place = world.place(instance.identity)
            let runs = place.running.count == 1 ? place.pointer.flatMap { place.running[$0] } : nil
            let own = events.filter { event in
                event.target == instance.id.target
                    && (event.type == .versionDeployed || event.type == .instanceDestroyed && event.before != nil)
            }
            instances[instance.id.target] = Self.text(
                instance.lifecycle.state.rawValue, instance.isDetached, instance.desired, instance.deployed,
                // What is started again is the version that ran before.
                runs == "revived" ? instance.deployed : runs, own.map { $0.after ?? "-" })
        }
        let failed = try reader.deliveries(
            status: .failed, repository: repository, PageRequest(limit: 500))
        refusedDeliveries = failed.items.count
    }

    private static func text(_ desired: String?, _ isHeld: Bool, _ history: [String]) -> String {
        "\(desired ?? "-")\(isHeld ? " held" : ""), was \(history)"
    }

    private static func text(
        _ state: String, _ isDetached: Bool, _ desired: String?, _ deployed: String?, _ runs: String?,
        _ history: [String]
    ) -> String {
        "\(state)\(isDetached ? " detached" : ""), desired \(desired ?? "-"), deployed \(deployed ?? "-"), "
            + "runs \(runs ?? "-"), was \(history)"
    }

    var description: String {
        let lines =
            ["refused deliveries \(refusedDeliveries)", "releases \(releases.sorted { $0.key < $1.key })"]
            + environments.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
            + instances.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        return lines.map { "  \($0)\n" }.joined()
    }
}
