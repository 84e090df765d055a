import Core
public import Model

/// One loop per instance that has something to do: it runs while there is work and ends when the instance is settled.
///
/// Waking is cheap and may be repeated at will; a loop looks at what is recorded and never at why it was woken.
public actor Reconcilers {
    private struct Loop {
        enum Work {
            case run(DeploymentRun)
            /// Beside a deployment that waits for other instances, if there is one.
            case watch(Task<Void, any Error>, beside: String?)
            case change(Task<Void, any Error>, Lifecycle.State)
        }

        let task: Task<Void, Never>
        /// Woken again while it was looking: it looks once more before it ends.
        var isDirty = false
        var work: Work?
    }

    nonisolated let context: EngineContext
    nonisolated let memories = RecoveryMemories()
    nonisolated let sharedRemovals: SharedRemovals
    private var loops: [InstanceID: Loop] = [:]
    private var limiters: [String: (places: Int, limiter: Limiter)] = [:]
    var waits: [InstanceID: InstanceWait] = [:]
    /// When to look at instances that nobody looks at by themselves.
    var alarms: [InstanceID: Task<Void, Never>] = [:]
    private(set) var isStopping = false

    /// How many deployments a world works on at a time that says nothing of it.
    public static let deploymentsPerWorld = 8

    public init(context: EngineContext) {
        self.context = context
        sharedRemovals = SharedRemovals(context: context)
    }

    /// After a start deployments go on where they were cut short, and what runs is found.
    public func start() async throws {
        for instance in try await context.storage.read({ try $0.instancesToLookAfter(withoutTold: []) }) {
            await wake(instance)
        }
        try await sharedRemovals.start()
    }

    /// Looks at an instance soon. A deployment under way for a version that is no longer wanted is told so.
    public func wake(_ instance: InstanceID) async {
        let isBusy = loops[instance] != nil
        told(of: instance)
        if isBusy { await breakOff(instance) }
    }

    /// Looks at an instance soon, since its workload may be another than it was. What is wanted of it is not.
    func told(of instance: InstanceID) {
        guard !isStopping else { return }
        guard loops[instance] == nil else {
            loops[instance]?.isDirty = true
            return
        }
        let loop = InstanceLoop(instance: instance, context: context, reconcilers: self)
        loops[instance] = Loop(task: Task { await loop.run() })
    }

    /// Whether a loop works on the instance now.
    public func isBusy(_ instance: InstanceID) -> Bool { loops[instance] != nil }

    /// Asks a deployment that runs, or waits for a place in its world, to stop.
    /// - Returns: false when it does neither, or is past the point where it can be stopped.
    func cancel(_ deployment: String, of instance: InstanceID, by actor: String, cause: Cause?) -> Bool {
        guard case .run(let run) = loops[instance]?.work, run.deploymentID == deployment else { return false }
        return run.interrupt(.cancelled(by: actor, cause: cause))
    }

    /// Stops all loops; what they were doing goes on at the next start.
    public func stop() async {
        isStopping = true
        cancelAlarms()
        let tasks = loops.values.map(\.task)
        tasks.forEach { $0.cancel() }
        for task in tasks { await task.value }
        await sharedRemovals.stop()
    }

    /// The places for deployments in a world.
    func limiter(of world: String) -> Limiter {
        let places = context.workloadDriver(of: world)?.deploymentsAtOnce ?? Reconcilers.deploymentsPerWorld
        if let known = limiters[world], known.places == places { return known.limiter }
        let limiter = Limiter(places)
        limiters[world] = (places, limiter)
        return limiter
    }

    /// Called by a loop that finds nothing to do.
    /// - Returns: false when it was woken meanwhile and has to look again.
    func end(_ instance: InstanceID) -> Bool {
        if loops[instance]?.isDirty == true, !isStopping {
            loops[instance]?.isDirty = false
            return false
        }
        loops[instance] = nil
        return true
    }

    func began(_ run: DeploymentRun, of instance: InstanceID) async {
        loops[instance]?.work = .run(run)
        await breakOff(instance)
    }

    func began(watching task: Task<Void, any Error>, of instance: InstanceID, beside waiting: String?) async {
        loops[instance]?.work = .watch(task, beside: waiting)
        await breakOff(instance)
    }

    func began(changing task: Task<Void, any Error>, to state: Lifecycle.State, of instance: InstanceID) async {
        loops[instance]?.work = .change(task, state)
        await breakOff(instance)
    }

    func stopWatching(_ instance: InstanceID) {
        if case .watch(let task, _) = loops[instance]?.work { task.cancel() }
    }

    /// Returns when no loop works on the instance.
    func waitForEnd(of instance: InstanceID) async { await loops[instance]?.task.value }

    func ended(_ instance: InstanceID) { loops[instance]?.work = nil }

    /// Stops what an instance's loop does when something else is wanted.
    private func breakOff(_ instance: InstanceID) async {
        guard let work = loops[instance]?.work else { return }
        let state = try? await context.storage.read { reader in
            (try reader.instance(instance), try reader.unfinishedDeployments(of: instance).map(\.id))
        }
        guard let (current, unfinished) = state else { return }
        switch work {
        case .run(let run): if current?.wanted != run.version { _ = run.interrupt(.superseded) }
        // A workload may take long to be started again, and what waits may be what makes it start.
        case .watch(let task, let waiting):
            let isIdle = unfinished.allSatisfy { $0 == waiting }
            if !isIdle || current == nil || current?.lifecycle.state.isUnderWay == true { task.cancel() }
        case .change(let task, let state): if current?.lifecycle.state != state { task.cancel() }
        }
    }
}
