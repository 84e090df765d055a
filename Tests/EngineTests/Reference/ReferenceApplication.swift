/// What formats.md says of one application, as simply as it can be said: no queues, no storage, no time. What the engine
/// makes of the same operations must look the same once it has settled.
struct ReferenceApplication: Sendable, Equatable {
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
    private var exists = false
    /// Environment by target, as the world files have it.
    private var places: [String: String]

    init(places: [String: String]) { self.places = places }

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
        case .push(let commit), .forcePush(let commit): release(commit, of: commit, in: "development")
        case .tag(let name, let commit): release(name, of: commit, in: "production")
        case .repeatDelivery: break
        case .set(let version, let environment):
            if commits[version] != nil { move(environment, to: version, isExplicit: true) }
        case .rollback(let version, let environment): rollBack(environment, to: version)
        case .hold(let environment): if exists { environments[environment]?.isHeld = true }
        case .releaseHold(let environment): environments[environment]?.isHeld = false
        case .ask(let request, let target): ask(request, of: target)
        }
    }

    private mutating func release(_ version: String, of commit: String, in environment: String) {
        if let known = commits[version], known != commit {
            refusedDeliveries += 1
            return
        }
        exists = true
        align()
        commits[version] = commit
        if environments[environment]?.isHeld == false { move(environment, to: version, isExplicit: false) }
    }

    private mutating func rollBack(_ environment: String, to version: String?) {
        guard exists, let state = environments[environment] else { return }
        let stack = state.ran.isEmpty ? state.wanted : state.ran
        guard let target = version ?? ReferenceApplication.gone(back: stack, from: state.desired),
            commits[target] != nil
        else { return }
        environments[environment]?.isHeld = true
        move(environment, to: target, isExplicit: true)
    }

    /// The newest that is not the present one, once the present one stands where it was last.
    private static func gone(back stack: [String], from current: String?) -> String? {
        var stack = stack
        if let current { visit(current, in: &stack) }
        return stack.last { $0 != current }
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
            let wanted = instance.desired, wanted != instance.deployed, wanted != instance.refused
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
