import Core
import Model
import System

/// Waits for the end of a command that was started once, and hands on what it prints.
struct CommandWait: Sendable {
    private enum Pace {
        static let first = Duration.milliseconds(20)
        static let longest = Duration.milliseconds(250)
        static let bytes = 64 * 1024
        static let linesInErrors = 20
        static let bytesInErrors = 64 * 1024
    }

    let runs: ProcessRuns
    let limit: Duration
    /// What people run to have it run again.
    let retry: String

    /// - Throws: `.invalid` when it fails, takes too long, or ended unseen; with the last lines that it printed.
    func wait(_ state: ProcessState, of instance: InstanceIdentity, _ log: any StepLog) async throws {
        var pause = Pace.first
        let end = ContinuousClock.now + (try await left(state, of: instance))
        // Asked before its output is read: what is printed before its end is there when it has ended.
        while try await runs.handle(state.run, of: instance).isAlive() {
            try await follow(state, of: instance, log)
            guard ContinuousClock.now < end else {
                try await runs.stop(state.run, of: instance)
                try await follow(state, of: instance, isOver: true, log)
                throw await verdict("did not end within \(limit.inMinutes)", state, of: instance)
            }
            try await Task.sleep(for: pause)
            pause = min(pause * 2, Pace.longest)
        }
        try await follow(state, of: instance, isOver: true, log)
        guard let record = try await runs.handle(state.run, of: instance).exitRecord() else {
            try await endUnseen(state, of: instance)
            return
        }
        guard case .ended(.exited(0)) = record.reason else { throw await verdict("\(record)", state, of: instance) }
    }

    /// Its supervisor is gone without a word. It is not run again: what it has done is for people to see.
    private func endUnseen(_ state: ProcessState, of instance: InstanceIdentity) async throws {
        let run = runs.handle(state.run, of: instance)
        guard try await run.hasBegun() else {
            throw DeploydError(.unavailable, "the supervisor of beforeDeploy ended before it started anything")
        }
        try await runs.stop(state.run, of: instance)
        throw await verdict(
            "was cut short: its supervisor was killed, or the machine restarted; look at what it has done, then run "
                + "`\(retry)`, which runs it again", state, of: instance)
    }

    /// How long it may go on. What passed before this server looks is the wall clock's, and the rest is not: somebody may
    /// set that.
    private func left(_ state: ProcessState, of instance: InstanceIdentity) async throws -> Duration {
        let folder = runs.folder(state.run, of: instance)
        let started = try await runs.threads.run { folder.startedAt }
        let passed = started.map { SystemClock().now() - $0 } ?? .zero
        return limit - max(.zero, passed)
    }

    /// Hands on whole lines that were not handed on yet, by this server or one before; some twice, where that one died
    /// before it could note them.
    private func follow(
        _ state: ProcessState, of instance: InstanceIdentity, isOver: Bool = false, _ log: any StepLog
    ) async throws {
        let folder = runs.folder(state.run, of: instance)
        let first = try await runs.threads.run { folder.followedTo }
        var offset = first
        while true {
            let piece = try await runs.handle(state.run, of: instance).output(from: offset, limit: Pace.bytes)
            let isFull = piece.bytes.count == Pace.bytes
            let whole = isOver && !isFull ? piece.bytes[...] : LogText.wholeLines(piece.bytes, isFull: isFull)
            guard !whole.isEmpty else { break }
            for line in String(decoding: whole, as: UTF8.self).split(whereSeparator: \.isNewline) {
                log.line(String(line))
            }
            offset = piece.start + whole.count
        }
        guard offset != first else { return }
        let end = offset
        try await runs.threads.run { try folder.noteFollowed(end) }
    }

    private func verdict(_ reason: String, _ state: ProcessState, of instance: InstanceIdentity) async -> DeploydError {
        let tail = try? await runs.handle(state.run, of: instance).tail(
            lines: Pace.linesInErrors, limit: Pace.bytesInErrors)
        let lines = LogText.lastLines(tail?.bytes ?? [], count: Pace.linesInErrors)
        return LogText.verdict("\(ProcessSteps.beforeDeploy.name): \(reason)", lines, state.redactor)
    }
}

extension Duration {
    /// For people, of whole minutes in minutes.
    fileprivate var inMinutes: String {
        let seconds = components.seconds
        return seconds >= 60 && seconds.isMultiple(of: 60) ? "\(seconds / 60) minutes" : inSeconds
    }
}
