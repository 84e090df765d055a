import Formats

/// The other applications that a service requires, found in its environment.
public struct ApplicationPlan: Sendable, Equatable {
    /// By name.
    public let needs: [ApplicationNeed]
    /// What stands against it, one sentence each.
    public let problems: [String]

    /// - Parameters:
    ///   - applications: those that the service requires, by the names that it has for them.
    ///   - cause: of the deployment that is planned; what has the same one is waited for.
    ///   - states: those that are required, and in turn what these require.
    ///   - known: every application of the environment, to say what was meant.
    public init(
        _ applications: [String: String], of instance: Instance, cause: Cause? = nil,
        states: [String: ApplicationState], known: [String] = []
    ) {
        var needs: [ApplicationNeed] = []
        var problems: [String] = []
        for (name, application) in applications.sorted(by: { $0.key < $1.key }) {
            let search = ApplicationSearch(
                name: name, instance: instance, cause: cause, known: known,
                state: states[application]
                    ?? ApplicationState(
                        name: application, isKnown: false, instances: [], desired: nil, file: nil, unfinished: []))
            switch search.result {
            case .success(let need): needs.append(need)
            case .failure(let problem): problems.append(problem.text)
            }
        }
        self.needs = needs
        self.problems = problems + ApplicationPlan.cycles(applications, of: instance.id.application, states)
    }

    /// The instance whose address an instance on `target` is given: the one there, else the first by the target's name.
    public static func choice(among instances: [Instance], for target: String) -> Instance? {
        let usable = instances.filter { $0.world != nil && !$0.isDetached && !$0.lifecycle.state.isEnding }
        return usable.first { $0.id.target == target } ?? usable.min { $0.id < $1.id }
    }

    private static func cycles(
        _ applications: [String: String], of service: String, _ states: [String: ApplicationState]
    ) -> [String] {
        let walk = Walk([service]) { name in
            let required = name == service ? applications : states[name]?.file?.applications ?? [:]
            return Set(required.values).sorted()
        }
        return walk.cycles.filter { $0.count > 1 }.map { names in
            "the applications '\(names[0])' and '\(names[1])' require each other: "
                + (names + [names[0]]).joined(separator: " → ") + "; one of them must do without the other"
        }
    }
}

/// Looks for one application that a service requires.
private struct ApplicationSearch {
    struct Problem: Error {
        let text: String
    }

    let name: String
    let instance: Instance
    let cause: Cause?
    let known: [String]
    let state: ApplicationState

    var result: Result<ApplicationNeed, Problem> {
        guard let found = ApplicationPlan.choice(among: state.instances, for: instance.id.target) else {
            return problem(absence)
        }
        // What is recorded is what answers; the file says what is to come.
        let recorded = Array(found.entrypoints.keys)
        let names = recorded.isEmpty ? state.file.map { Array($0.entrypoints.keys) } : recorded
        if let names, ServiceFile.defaultEntrypoint(among: names) == nil {
            return problem(
                names.isEmpty
                    ? "which has no entrypoint in \(instance.environment): give it a port"
                    : "which has several entrypoints there and none is named '\(ServiceFile.defaultEntrypoint)'")
        }
        let url = ServiceFile.defaultEntrypoint(among: recorded).flatMap { found.entrypoints[$0] }
        return .success(
            ApplicationNeed(name: name, instance: found.id, url: url, obstacle: obstacle(found, url)))
    }

    private func problem(_ text: String) -> Result<ApplicationNeed, Problem> {
        .failure(
            Problem(
                text: "requires.\(name): '\(instance.id.application)' requires the application '\(state.name)', \(text)"
            ))
    }

    private var absence: String {
        let environment = instance.environment
        guard state.isKnown else {
            let hint = NearestName.hint(state.name, in: known.filter { $0 != instance.id.application })
            return "which nobody has declared\(hint.isEmpty ? "; push it first" : hint)"
        }
        if state.instances.contains(where: { $0.world == nil && !$0.isDetached }) {
            return "which others deploy in \(environment): its address is not known here"
        }
        if let reason = state.instances.lazy.compactMap(\.detachment).first {
            return "which is detached in \(environment): \(reason)"
        }
        guard state.wasDestroyed || !state.instances.isEmpty else {
            return "which is not in \(environment); add '\(environment)' to its environments"
        }
        return "which was destroyed in \(environment); `deployd set-version \(state.name) --environment \(environment) "
            + "--version \(state.desired ?? "V")` makes it anew"
    }

    private func obstacle(_ found: Instance, _ url: String?) -> ApplicationNeed.Obstacle? {
        if let reason = missing(found, url) { return ApplicationNeed.Obstacle(reason) }
        let isUnderWay = state.unfinished.contains {
            $0.instance == found.id && cause != nil && $0.cause == cause && !$0.isCommitted
        }
        return isUnderWay ? ApplicationNeed.Obstacle("which the same push deploys", isOrderOnly: true) : nil
    }

    private func missing(_ found: Instance, _ url: String?) -> String? {
        let id = found.id
        if found.lifecycle.state == .stopped || found.lifecycle.state == .stopping {
            return "which is stopped; `deployd start \(id.application) --target \(id.target)`"
        }
        if found.deployed == nil {
            guard let desired = found.desired else {
                return "which has no version in \(found.environment) yet"
            }
            guard found.verdict?.version == desired, let deployment = found.verdict?.deployment else {
                return "which is not deployed yet"
            }
            return "whose deployment failed; see `deployd logs \(deployment)`"
        }
        if found.health != .healthy { return "which is \(found.health.rawValue)" }
        return url == nil ? "which has no address yet" : nil
    }
}
