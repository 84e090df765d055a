public import Core
public import Model
import System

extension ProcessDriver {
    public func observe(_ workload: Secret, of instance: InstanceIdentity) async throws -> WorkloadObservation {
        let state = try ProcessState(workload)
        let seen = try await withThrowingTaskGroup(of: (Int, WorkloadObservation).self) { group in
            for (index, replica) in state.replicas.enumerated() {
                group.addTask { (index, try await observe(replica, of: instance)) }
            }
            return try await group.reduce(into: [Int: WorkloadObservation]()) { $0[$1.0] = $1.1 }
        }
        let together = WorkloadObservation.together(seen.sorted { $0.key < $1.key }.map(\.value))
        guard together.health != .missing, !state.entrypoints.isEmpty else { return together }
        var problem = await entrypoints.revive()
        if problem == nil, !state.further.isEmpty {
            let unwell = seen.filter { ![.healthy, .unknown].contains($0.value.health) }.keys
            problem = await avoidProblem(Set(unwell), state, instance)
        }
        guard let problem else { return together }
        return WorkloadObservation(
            health: .degraded, reason: problem, replicas: together.replicas, isIncomplete: together.isIncomplete)
    }

    /// Keeps new requests from some replicas.
    /// - Returns: why that failed; nil when it did not.
    private func avoidProblem(_ unwell: Set<Int>, _ state: ProcessState, _ instance: InstanceIdentity) async -> String?
    {
        do {
            try await entrypoints.avoid(unwell, of: state, instance)
            return nil
        } catch {
            return "entrypoints: \((error as? DeploydError)?.message ?? "\(error)")"
        }
    }

    public func incidents() async -> [String] { await entrypoints.incidents() }

    private func observe(_ state: ProcessState, of instance: InstanceIdentity) async throws -> WorkloadObservation {
        guard let status = try await runs.handle(state.run, of: instance).status() else {
            let record = try await runs.handle(state.run, of: instance).exitRecord()
            return WorkloadObservation(health: .missing, reason: record?.description ?? "its supervisor is gone")
        }
        switch status.state {
        case .running, .unknown: break
        case .starting: return WorkloadObservation(health: .progressing, reason: "it is being started")
        case .stopping: return WorkloadObservation(health: .degraded, reason: "it is being stopped")
        case .backoff, .exited: return WorkloadObservation(health: .degraded, reason: ended(status))
        }
        guard let problem = await check.problem(state.health, ports: state.ports) else {
            return WorkloadObservation(health: .healthy)
        }
        return WorkloadObservation(health: .degraded, reason: state.redactor.redact(problem))
    }

    /// Starts what is missing in the directory of its run: the new supervisor ends what a killed one left running, and
    /// the output goes on where it was.
    public func revive(_ workload: Secret, of instance: InstanceIdentity) async throws -> Secret {
        let state = try ProcessState(workload)
        for replica in state.replicas {
            try await runs.start(replica, of: instance)
            try await runs.handle(replica.run, of: instance).keep()
        }
        try await entrypoints.point(to: state, of: instance)
        // It is kept: when what it needs is not there yet either, it is started again and again until it is.
        try await HealthWait(runs: runs, check: check).waitForAll(state, of: instance, SilentLog())
        try await entrypoints.avoid([], of: state, instance)
        return state.sealed
    }

    public func suspend(_ workload: Secret, of instance: InstanceIdentity) async throws {
        let state = try ProcessState(workload)
        var failure: (any Error)?
        do {
            try await entrypoints.close(of: instance)
            _ = try await entrypoints.drain(state, of: instance)
        } catch {
            try Task.checkCancellation()
            // A HAProxy that does not answer must not keep the processes running.
            failure = error
        }
        try await runs.stopAll(of: instance, except: [])
        if let failure { throw failure }
        for slot in ProcessState.Slot.allCases { try await entrypoints.release(slot, of: instance) }
    }

    /// Nobody else starts HAProxy when all that has addresses is stopped.
    public func suspensionProblem(of workload: Secret, _ instance: InstanceIdentity) async throws -> String? {
        try ProcessState(workload).entrypoints.isEmpty ? nil : await entrypoints.revive()
    }

    public func output(
        of workload: Secret, instance: InstanceIdentity, replica: Int, from offset: Int?, maximumBytes: Int
    ) async throws -> LogChunk {
        let replicas = try ProcessState(workload).replicas
        guard (1...replicas.count).contains(replica) else {
            throw DeploydError(.notFound, "\(instance) has \(replicas.count) replicas, and no replica \(replica)")
        }
        let state = replicas[replica - 1]
        let run = runs.handle(state.run, of: instance)
        let limit = max(1, maximumBytes)
        guard let offset else {
            let tail = try await run.tail(lines: .max, limit: limit)
            return LogChunk(bytes: redacted(tail.bytes, state), next: tail.end)
        }
        var piece = try await run.output(from: offset, limit: limit)
        // The offset is one of an earlier version's output, which was longer.
        if piece.end < offset { piece = try await run.output(from: 0, limit: limit) }
        let whole = LogText.wholeLines(piece.bytes, isFull: piece.bytes.count == limit)
        return LogChunk(bytes: redacted(Array(whole), state), next: piece.start + whole.count)
    }

    public func destroy(_ instance: InstanceIdentity, workload: Secret?) async throws {
        var failure: (any Error)?
        do {
            try await entrypoints.removeAll(of: instance)
        } catch {
            // A HAProxy that does not answer must not keep the processes running.
            failure = error
        }
        try await runs.stopAll(of: instance, except: [])
        if let failure { throw failure }
        try await runs.removeAll(of: instance)
        try await artifacts.prune(instance.application)
    }

    private func ended(_ status: RunStatus) -> String {
        let last = status.lastExit?.description ?? "ended"
        return status.restarts > 0 ? "\(last); started again \(status.restarts) times" : "\(last); is started again"
    }

    private func redacted(_ bytes: [UInt8], _ state: ProcessState) -> [UInt8] {
        guard !state.secrets.isEmpty else { return bytes }
        return Array(state.redactor.redact(String(decoding: bytes, as: UTF8.self)).utf8)
    }
}

/// For what happens outside of any deployment.
private struct SilentLog: StepLog {
    func line(_ text: String) {}
}
