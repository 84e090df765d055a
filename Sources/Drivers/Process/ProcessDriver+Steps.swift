public import Core
public import Model
import System

extension ProcessDriver {
    public func perform(
        _ step: WorkloadStep, _ request: WorkloadRequest, _ log: any StepLog
    ) async throws -> Secret? {
        switch step.name {
        case ProcessSteps.artifact(hasBuild: true).name, ProcessSteps.artifact(hasBuild: false).name:
            try await ensureArtifact(request, log)
            return nil
        case ProcessSteps.beforeDeploy.name:
            try await beforeDeploy(request, log)
            return nil
        case ProcessSteps.start.name:
            try await start(request, log)
            return nil
        case ProcessSteps.health(isCommit: false).name:
            let state = try await becomeHealthy(request, log)
            return step.isCommit ? try await commit(state, request) : nil
        case ProcessSteps.switchOver.name:
            return try await switchOver(request, log)
        case ProcessSteps.retire.name:
            try await retire(request, log)
            return nil
        default:
            throw DeploydError(.invalid, "deploy:process has no step '\(step.name)'")
        }
    }

    func ensureArtifact(_ request: WorkloadRequest, _ log: any StepLog) async throws {
        try await artifacts.ensure(
            request.release, of: request.identity.application, build: request.spec.build,
            redactor: Redactor(request.spec.secrets), log: log)
    }

    /// Starts the new version beside the old one. A process that was started and has ended is left to the health step.
    private func start(_ request: WorkloadRequest, _ log: any StepLog) async throws {
        let state = try await state(of: request)
        for run in state.runs {
            guard try await runs.verdict(run, of: request.identity) == nil else { return }
        }
        try await runs.stopAll(of: request.identity, except: try kept(request))
        // From here on its artifact is in use. It is there already unless this is a repetition long after.
        for replica in state.replicas { try await runs.claim(replica, of: request.identity) }
        try await ensureArtifact(request, log)
        for (replica, log) in state.logged(log) {
            try await checkPorts(of: replica, request)
            try await runs.start(replica, of: request.identity)
            let listening = replica.ports.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
            log.line("started in slot \(state.slot.rawValue)\(listening.isEmpty ? "" : ", ports\(listening)")")
        }
    }

    /// A port that something else took since it was reserved (an outgoing connection will do) is no fault of the
    /// version; it is waited for.
    private func checkPorts(of state: ProcessState, _ request: WorkloadRequest) async throws {
        guard try await !runs.handle(state.run, of: request.identity).isAlive() else { return }
        guard try await takenPort(of: state) != nil else { return }
        // It may be this very run's process, whose supervisor was killed.
        try await runs.stop(state.run, of: request.identity)
        guard let taken = try await takenPort(of: state) else { return }
        let holder = try await runs.threads.run { SocketTable.now().holder(of: taken) } ?? "another program"
        let isOutgoing = OutgoingPorts.range?.contains(taken) == true
        throw DeploydError(
            .unavailable,
            "\(holder) uses port \(taken), which is reserved for \(request.instance); it is waited for"
                + (isOutgoing ? ". The kernel may give it to outgoing connections (ip_local_port_range)" : ""))
    }

    private func takenPort(of state: ProcessState) async throws -> Int? {
        let probe = SystemPortProbe()
        return try await runs.threads.run { state.ports.values.sorted().first { !probe.isFree($0) } }
    }

    private func becomeHealthy(_ request: WorkloadRequest, _ log: any StepLog) async throws -> ProcessState {
        let state = try await state(of: request)
        for replica in state.replicas where try await runs.verdict(replica.run, of: request.identity) == nil {
            try await runs.start(replica, of: request.identity)
        }
        try await HealthWait(runs: runs, check: check).waitForAll(state, of: request.identity, log)
        return state
    }

    private func switchOver(_ request: WorkloadRequest, _ log: any StepLog) async throws -> Secret {
        let state = try await state(of: request)
        for run in state.runs {
            guard try await runs.handle(run, of: request.identity).isAlive() else {
                throw DeploydError(.invalid, "the new version ended before it was switched to; see `deployd logs`")
            }
        }
        try await entrypoints.point(to: state, of: request.identity)
        for (name, url) in request.addresses.entrypoints.sorted(by: { $0.key < $1.key }) {
            log.line("\(name): \(url) is version \(request.release.version) now")
        }
        return try await commit(state, request)
    }

    /// From now on the process is started again when it ends.
    private func commit(_ state: ProcessState, _ request: WorkloadRequest) async throws -> Secret {
        for run in state.runs { try await runs.handle(run, of: request.identity).keep() }
        return state.sealed
    }

    private func retire(_ request: WorkloadRequest, _ log: any StepLog) async throws {
        guard let recorded = request.previous else { return }
        let previous = try ProcessState(recorded)
        let instance = request.identity
        guard previous.run != request.deployment else { return }
        let left = try await entrypoints.drain(previous, of: instance)
        if left > 0 { log.line("\(left) requests are still open after \(previous.drain.inSeconds); they are cut") }
        ProcessRuns.note(killed: try await runs.stop(previous.runs, of: instance), log)
        let gone = Set(previous.entrypoints.keys).subtracting(request.spec.entrypoints.keys)
        try await entrypoints.remove(gone, of: instance)
        try await entrypoints.release(previous.slot, of: instance)
        log.line("stopped the previous version")
        try await runs.prune(instance, except: ProcessDriver.runs(of: request))
        try await artifacts.prune(instance.application)
    }

    @discardableResult
    public func abandon(_ request: WorkloadRequest, _ log: any StepLog) async throws -> Secret? {
        let instance = request.identity
        let previous = try request.previous.map { recorded throws(DeploydError) in try ProcessState(recorded) }
        guard previous?.run != request.deployment else { return nil }
        let added = Set(request.spec.entrypoints.keys).subtracting(previous?.entrypoints.keys.map(\.self) ?? [])
        if let previous { try await entrypoints.restore(to: previous, of: instance) }
        try await entrypoints.remove(added, of: instance)
        let command = ProcessRuns.command(of: request.deployment)
        let killed = try await runs.stop(ProcessDriver.runs(of: request).union([command]), of: instance)
        ProcessRuns.note(killed: killed, log)
        if let previous { try await entrypoints.release(previous.slot.other, of: instance) }
        try await runs.prune(instance, except: try kept(request))
        log.line(previous == nil ? "stopped" : "stopped; the previous version goes on serving")
        return nil
    }

    /// The runs that this attempt may not touch: its own and what ran before. That of its command says until the attempt
    /// is over that it is not run a second time.
    func kept(_ request: WorkloadRequest) throws -> Set<String> {
        var kept = ProcessDriver.runs(of: request).union([ProcessRuns.command(of: request.deployment)])
        if let previous = request.previous { kept.formUnion(try ProcessState(previous).runs) }
        return kept
    }

    /// The runs of all replicas that an attempt starts.
    private static func runs(of request: WorkloadRequest) -> Set<String> {
        Set((0...request.further.count).map { ProcessState.run(of: request.deployment, replica: $0) })
    }

    private func state(of request: WorkloadRequest) async throws -> ProcessState {
        let further = zip(request.further, request.addresses.ofFurther).enumerated().map { index, replica in
            let run = ProcessState.run(of: request.deployment, replica: index + 1)
            return ProcessState.Replica(
                run: run, ports: replica.1.listen, command: replica.0.command,
                environment: ProcessVariables.service(
                    replica.0, replica.1, path: path, home: runs.folder(run, of: request.identity).home))
        }
        return try await state(
            of: request, run: request.deployment, command: request.spec.command, further: further)
    }

    func state(
        of request: WorkloadRequest, run: String, command: [Secret], further: [ProcessState.Replica] = []
    ) async throws -> ProcessState {
        let plan = PortPlan(ports: [], entrypoints: PortPlan.own(request.spec.entrypoints))
        let slot = try ProcessState.slot(after: request.previous)
        let stable = try await plan.reserve(for: request.identity, slot: slot, in: ports).entrypoints
        return try ProcessState(
            request, run: run, command: command, slot: slot, stable: stable, directory: directory(of: request),
            environment: ProcessVariables.service(
                request.spec, request.addresses, path: path,
                home: runs.folder(run, of: request.identity).home), further: further)
    }

    private func directory(of request: WorkloadRequest) -> String {
        layout.artifact(request.identity.application, request.release.source.key).service(request.release.path)
    }
}
