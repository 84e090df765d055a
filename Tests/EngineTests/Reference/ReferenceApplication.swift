/// What formats.md says of one application, as simply as it can be said: no queues, no storage, no time. What the engine
/// makes of the same operations must look the same once it has settled.
struct ReferenceApplication: Sendable {
    struct Environment: Sendable, Equatable {
        var desired: String?
        var isHeld = false
        /// Every change of `desired`.
        var history: [String] = []
        /// What a rollback goes back through: what ran, without what was rolled back from.
        var ran: [String] = []
        /// The same of what was desired, for where nothing ever ran.
        var wanted: [String] = []
    }

    struct Instance: Sendable, Equatable {
        enum State: Sendable, Equatable { case running, stopped, destroyed }

        let environment: String
        var state = State.running
        var isDetached = false
        var desired: String?
        var deployed: String?
        /// The version that failed last, which is not tried again by itself.
        var refused: String?
        /// Every change of `deployed`, nil where it was destroyed.
        var history: [String?] = []
    }

    private(set) var commits: [String: String] = [:]
    private(set) var environments: [String: Environment] = ["development": Environment(), "production": Environment()]
    private(set) var instances: [String: Instance] = [:]
    /// How many deliveries were refused for good.
    private(set) var refusedDeliveries = 0
    private var rejected: Set<String> = []
    private var exists = false
    private var name: String
    /// What each commit's file calls it.
    private var fileNames: [String: String] = [:]
    /// The default branch's.
    private var head: String?
    /// The last push, and whether its delivery was refused, so that a repeat is not ignored.
    private var last: (push: Operation, isRefused: Bool)?
    /// Environment by target, as the world files have it.
    private var places: [String: String]

    init(name: String, places: [String: String]) {
        self.name = name
        self.places = places
    }

    // MARK: What the world files say

    mutating func place(_ places: [String: String]) {
        self.places = places
        align()
    }

    private mutating func align() {
        guard exists else { return }
        for (target, environment) in places where instances[target] == nil {
            instances[target] = Instance(environment: environment, desired: environments[environment]?.desired)
        }
        for target in instances.keys {
            let isPlaced = places[target] != nil
            instances[target]?.isDetached = !isPlaced
            guard isPlaced, let instance = instances[target], instance.state != .destroyed else { continue }
            instances[target]?.desired = environments[instance.environment]?.desired ?? instance.desired
            converge(target)
        }
    }

    // MARK: What people and automation do

    mutating func perform(_ operation: Operation) {
        switch operation {
        case .push(let commit), .forcePush(let commit): push(commit, as: name, operation)
        case .stalePush(let commit, let name): push(commit, as: name, operation)
        case .tag(_, let commit):
            fileNames[commit] = name
            deliver(operation)
        case .repeatDelivery:
            guard let last, last.isRefused else { return }
            refusedDeliveries -= 1
            deliver(last.push)
        case .set(let version, let environment):
            if commits[version] != nil { move(environment, to: version, isExplicit: true) }
        case .rollback(let version, let environment): rollBack(environment, to: version)
        case .promote(let origin, let goal, let version): promote(version, from: origin, to: goal)
        case .reject(let version): if exists { rejected.insert(version) }
        case .readmit(let version): readmit(version)
        case .hold(let environment): if exists { environments[environment]?.isHeld = true }
        case .releaseHold(let environment): environments[environment]?.isHeld = false
        case .ask(let request, let target): ask(request, of: target)
        // All that it has goes on.
        case .rename(let name): if exists { self.name = name }
        }
    }

    private mutating func push(_ commit: String, as name: String, _ operation: Operation) {
        head = commit
        fileNames[commit] = name
        deliver(operation)
    }

    /// A file with a name from before is refused, and so is what the default branch's head does not declare.
    private func isDeclared(_ commit: String) -> Bool {
        [commit, head].compactMap(\.self).allSatisfy { fileNames[$0] == name }
    }

    private mutating func deliver(_ push: Operation) {
        let isAccepted =
            switch push {
            case .push(let commit), .forcePush(let commit), .stalePush(let commit, _):
                release(commit, of: commit, in: "development")
            case .tag(let name, let commit): release(name, of: commit, in: "production")
            default: false
            }
        last = (push, !isAccepted)
        if !isAccepted { refusedDeliveries += 1 }
    }

    /// - Returns: whether no rule stands against it.
    private mutating func release(_ version: String, of commit: String, in environment: String) -> Bool {
        guard isDeclared(commit) else { return false }
        if let known = commits[version], known != commit { return false }
        exists = true
        align()
        commits[version] = commit
        if rejected.contains(version) { return false }
        if environments[environment]?.isHeld == false { move(environment, to: version, isExplicit: false) }
        return true
    }

    private mutating func promote(_ version: String?, from origin: String, to goal: String?) {
        guard let goal = goal ?? (origin == "development" ? "production" : nil), goal != origin else { return }
        let present = instances.values.filter {
            $0.environment == origin && !$0.isDetached && $0.state != .destroyed
        }
        let deployed = Set(present.map(\.deployed))
        guard let chosen = version ?? (deployed.count == 1 ? deployed.first ?? nil : nil), commits[chosen] != nil else {
            return
        }
        move(goal, to: chosen, isExplicit: true)
    }

    private mutating func readmit(_ version: String) {
        rejected.remove(version)
        for target in instances.keys { converge(target) }
    }

    private mutating func rollBack(_ environment: String, to version: String?) {
        guard exists, let state = environments[environment] else { return }
        let stack = state.ran.isEmpty ? state.wanted : state.ran
        guard let target = version ?? gone(back: stack, from: state.desired), commits[target] != nil,
            !rejected.contains(target)
        else { return }
        environments[environment]?.isHeld = true
        move(environment, to: target, isExplicit: true)
    }

    /// The newest that is not the present one, once the present one stands where it was last.
    private func gone(back stack: [String], from current: String?) -> String? {
        var stack = stack
        if let current { Self.visit(current, in: &stack) }
        return stack.last { $0 != current && !rejected.contains($0) }
    }

    /// Going to a version that was visited forgets what was visited since.
    private static func visit(_ version: String, in stack: inout [String]) {
        if let index = stack.lastIndex(of: version) {
            stack.removeSubrange((index + 1)...)
        } else {
            stack.append(version)
        }
    }

    private mutating func move(_ environment: String, to version: String, isExplicit: Bool) {
        guard !rejected.contains(version) else { return }
        if environments[environment]?.desired != version {
            environments[environment]?.desired = version
            environments[environment]?.history.append(version)
            Self.visit(version, in: &environments[environment, default: Environment()].wanted)
        }
        for (target, instance) in instances where instance.environment == environment && !instance.isDetached {
            if instance.state == .destroyed { instances[target]?.state = .running }
            instances[target]?.desired = version
            if isExplicit, instances[target]?.state == .running, instance.refused == version {
                instances[target]?.refused = nil
            }
            converge(target)
        }
    }

    private mutating func ask(_ request: Operation.Lifecycle, of target: String) {
        guard let instance = instances[target], instance.state != .destroyed else { return }
        switch request {
        case .stop: instances[target]?.state = .stopped
        case .start: instances[target]?.state = .running
        case .restart: break
        case .destroy:
            let history = instance.history + (instance.deployed == nil ? [] : [nil])
            var gone = Instance(environment: instance.environment, state: .destroyed, history: history)
            gone.isDetached = instance.isDetached
            instances[target] = gone
        }
        converge(target)
    }

    /// What runs becomes what is wanted, if it may and can.
    private mutating func converge(_ target: String) {
        guard let instance = instances[target], instance.state == .running, !instance.isDetached,
            let wanted = instance.desired, wanted != instance.deployed, wanted != instance.refused,
            !rejected.contains(wanted)
        else { return }
        if Operation.isBad(wanted) {
            instances[target]?.refused = wanted
        } else {
            instances[target]?.deployed = wanted
            instances[target]?.refused = nil
            instances[target]?.history.append(wanted)
            Self.visit(wanted, in: &environments[instance.environment, default: Environment()].ran)
        }
    }
}
