import Core
import Model
import System

/// Waits for a process that was started to become healthy.
struct HealthWait: Sendable {
    private enum Pace {
        /// How often it is looked whether the process has ended.
        static let look = Duration.milliseconds(100)
        /// A new process is asked more often at first, so that a quick one is not kept waiting for an interval: each pause
        /// is half as long again as the one before.
        static let first = Duration.milliseconds(5)
        static let linesInErrors = 20
        static let bytesInErrors = 64 * 1024
    }

    let runs: ProcessRuns
    let check: HealthCheck

    /// - Throws: `.invalid` when it ends or stays unhealthy, with the last lines that it printed.
    func wait(_ state: ProcessState, of instance: InstanceIdentity, _ log: any StepLog) async throws {
        let begin = ContinuousClock.now
        let end = begin + HealthWait.limit(state.health)
        var pause = min(Pace.first, state.health.interval)
        var uptime = Uptime()
        log.line("waiting until healthy: \(HealthWait.describe(state))")
        while true {
            let problem = try await problem(state, of: instance, &uptime)
            try await throwIfEnded(state, of: instance)
            guard let problem else {
                log.line("healthy after \((ContinuousClock.now - begin).inSeconds)")
                return
            }
            guard ContinuousClock.now < end else {
                throw await verdict(
                    "not healthy within \(HealthWait.limit(state.health).inSeconds): \(problem)"
                        + advice(problem, state, of: instance), state, of: instance)
            }
            try await rest(min(pause, end - .now), state, of: instance)
            pause = min(pause * 3 / 2, state.health.interval)
        }
    }

    /// What is wrong most often.
    private func advice(_ problem: String, _ state: ProcessState, of instance: InstanceIdentity) async -> String {
        guard problem.lowercased().contains("connection refused") else { return "" }
        let listening = (try? await runs.handle(state.run, of: instance).listening()) ?? []
        guard !listening.isEmpty else { return "; does it listen where PORT says?" }
        return "; it listens on \(listening.prefix(5).joined(separator: ", ")): let it listen where PORT says"
    }

    /// Why it does not count as healthy yet.
    private func problem(
        _ state: ProcessState, of instance: InstanceIdentity, _ uptime: inout Uptime
    ) async throws -> String? {
        guard case .staysUp(let duration) = state.health.kind else {
            return await check.problem(state.health, ports: state.ports)
        }
        guard let status = try await runs.handle(state.run, of: instance).status(), status.state == .running,
            let started = status.startedAt
        else { return "it does not stay up for \(duration.inSeconds)" }
        return uptime.of(started, now: .now) >= duration ? nil : "it is not up for \(duration.inSeconds) yet"
    }

    /// How long the process was seen to be up, by a clock that nobody sets.
    private struct Uptime {
        private var process: Timestamp?
        private var since = ContinuousClock.now

        /// - Parameter started: says which process it is.
        mutating func of(_ started: Timestamp, now: ContinuousClock.Instant) -> Duration {
            if process != started { (process, since) = (started, now) }
            return now - since
        }
    }

    /// Waits, and looks meanwhile whether the process has ended.
    private func rest(_ duration: Duration, _ state: ProcessState, of instance: InstanceIdentity) async throws {
        let end = ContinuousClock.now + duration
        while ContinuousClock.now < end {
            try await Task.sleep(for: min(Pace.look, end - .now))
            try await throwIfEnded(state, of: instance)
        }
    }

    private func throwIfEnded(_ state: ProcessState, of instance: InstanceIdentity) async throws {
        guard try await !runs.handle(state.run, of: instance).isAlive() else { return }
        guard let record = try await runs.verdict(state.run, of: instance) else {
            throw DeploydError(.unavailable, "the process is gone: its supervisor was killed, or the machine restarted")
        }
        let folder = runs.folder(state.run, of: instance)
        let started = try await runs.threads.run { folder.startedAt }
        let uptime = started.map { " after \((record.time - $0).inSeconds)" } ?? ""
        let isDone = record.reason == .ended(.exited(0))
        let advice = isDone ? "; a service has to stay in the foreground, and not end or go on in the background" : ""
        throw await verdict("\(record)\(uptime)\(advice)", state, of: instance)
    }

    private func verdict(_ reason: String, _ state: ProcessState, of instance: InstanceIdentity) async -> DeploydError {
        let tail = try? await runs.handle(state.run, of: instance).tail(
            lines: Pace.linesInErrors, limit: Pace.bytesInErrors)
        let lines = LogText.lastLines(tail?.bytes ?? [], count: Pace.linesInErrors)
        return LogText.verdict(reason, lines, state.redactor)
    }

    /// A process that has to stay up for a time must be given it.
    private static func limit(_ probe: HealthProbe) -> Duration {
        if case .staysUp(let duration) = probe.kind {
            max(probe.deadline, duration + .seconds(5))
        } else {
            probe.deadline
        }
    }

    private static func describe(_ state: ProcessState) -> String {
        switch state.health.kind {
        case .http(let path, let port): "GET \(path) on port \(state.ports[port] ?? 0)"
        case .tcp(let port): "port \(state.ports[port] ?? 0) accepts connections"
        case .staysUp(let duration): "it stays up for \(duration.inSeconds)"
        }
    }
}
