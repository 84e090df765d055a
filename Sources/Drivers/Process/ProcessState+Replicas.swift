import Core
import Model

extension ProcessState {
    /// Each replica with a log that says which it is, where there are several.
    func logged(_ log: any StepLog) -> [(replica: ProcessState, log: any StepLog)] {
        guard !further.isEmpty else { return [(self, log)] }
        return replicas.enumerated().map { index, replica in (replica, ReplicaLog(number: index + 1, log: log)) }
    }
}

/// Says of which replica a line is.
private struct ReplicaLog: StepLog {
    let number: Int
    let log: any StepLog

    func line(_ text: String) { log.line("replica \(number): \(text)") }
}

extension HealthWait {
    /// Waits for every replica at the same time.
    /// - Throws: as `wait`, for the first that does not become healthy.
    func waitForAll(_ state: ProcessState, of instance: InstanceIdentity, _ log: any StepLog) async throws {
        guard !state.further.isEmpty else { return try await wait(state, of: instance, log) }
        try await withThrowingTaskGroup { group in
            for (index, (replica, log)) in state.logged(log).enumerated() {
                group.addTask {
                    do {
                        try await wait(replica, of: instance, log)
                    } catch let error as DeploydError {
                        throw DeploydError(error.code, "replica \(index + 1): \(error.message)", cause: error.cause)
                    }
                }
            }
            // The first that fails is the verdict; the others are not waited for.
            while try await group.next() != nil {}
        }
    }
}

extension WorkloadObservation {
    /// What was seen of all replicas together: healthy when every one is.
    static func together(_ replicas: [WorkloadObservation]) -> WorkloadObservation {
        let healthy = replicas.count { $0.health == .healthy }
        let count = ReplicaCount(healthy: healthy, total: replicas.count)
        // One word for all of them needs no list.
        let isUniform = replicas.count == 1 || replicas.allSatisfy { $0.health == .missing }
        if let first = replicas.first, isUniform || healthy == replicas.count {
            return WorkloadObservation(
                health: first.health, reason: first.reason, replicas: count, isIncomplete: first.isIncomplete)
        }
        let others = replicas.enumerated().filter { $0.element.health != .healthy }
        let reasons = others.prefix(3).map {
            "replica \($0.offset + 1): \($0.element.reason ?? $0.element.health.rawValue)"
        }
        let isComing = others.allSatisfy { $0.element.health == .progressing }
        return WorkloadObservation(
            health: isComing ? .progressing : .degraded,
            reason: (["\(count) replicas are healthy"] + reasons).joined(separator: "; "),
            replicas: count, isIncomplete: replicas.contains(where: \.isIncomplete))
    }
}
