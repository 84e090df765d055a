import CSpawn
public import Core
import Glibc
import Synchronization

/// Runs programs. One thread waits for all of them; calls suspend, and never block a task's thread.
public struct CommandRunner: Sendable {
    private final class Owner: Sendable {
        let loop: ProcessLoop
        let lastID = Atomic<UInt64>(0)
        init(loop: ProcessLoop) { self.loop = loop }
        deinit { _ = loop.send(.close) }
    }

    private let owner: Owner

    /// - Parameters:
    ///   - maximumRunning: how many commands run at once; further ones wait, and their deadlines run.
    ///   - maximumWaiting: how many may wait; beyond that `run` throws `exhausted`.
    /// - Throws: `DeploydError` when the thread cannot be started.
    public init(maximumRunning: Int = 64, maximumWaiting: Int = 1024) throws(DeploydError) {
        owner = Owner(loop: try ProcessLoop(maximumRunning: maximumRunning, maximumWaiting: maximumWaiting))
    }

    /// Runs `command` to its end, in a session of its own.
    ///
    /// At the deadline, at too much output and when the task is cancelled, its process group gets SIGTERM, and SIGKILL
    /// 3 seconds later; the call returns when that is done. What a command left running by itself is not waited for.
    /// - Parameters:
    ///   - outputLimit: bytes of standard output.
    ///   - onOutput: gets standard output piece by piece instead of the result. It is called on the thread that waits
    ///     for every command, so it must not block.
    /// - Throws: `DeploydError`: `notFound` or `invalid` (cannot be started), `timedOut`, `tooLarge` (output),
    ///   `cancelled`, `exhausted`. A status other than 0 is not an error here.
    public func run(
        _ command: Command, deadline: Duration, outputLimit: Int, onOutput: (@Sendable ([UInt8]) -> Void)? = nil
    ) async throws -> CommandResult {
        let input = try inMemory(command.input)
        let id = owner.lastID.add(1, ordering: .relaxed).newValue
        let loop = owner.loop
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let order = CommandOrder(
                    id: id, command: command, input: input, allowance: deadline, deadline: .now + deadline,
                    outputLimit: outputLimit, onOutput: onOutput, finish: { continuation.resume(with: $0) })
                guard loop.send(.run(order)) else {
                    continuation.resume(
                        throwing: DeploydError(.exhausted, "too many commands wait to run: try again later"))
                    return
                }
                // The handler may have run before the order was sent.
                if Task.isCancelled { _ = loop.send(.cancel(id)) }
            }
        } onCancel: {
            _ = loop.send(.cancel(id))
        }
    }

    /// Starts `command` so that it outlives deployd: a session of its own, `/dev/null` for output.
    /// - Throws: `DeploydError` when it cannot be started.
    public func spawnDetached(_ command: Command) async throws -> DetachedProcess {
        let input = try inMemory(command.input)
        return try await withCheckedThrowingContinuation { continuation in
            _ = owner.loop.send(
                .detach(.init(command: command, input: input, finish: { continuation.resume(with: $0) })))
        }
    }
}

/// A file that exists in memory only: what a program is given may be secret.
private func inMemory(_ bytes: [UInt8]) throws(DeploydError) -> Descriptor? {
    guard !bytes.isEmpty else { return nil }
    guard let file = Descriptor(made: cspawn_memory_file(bytes, bytes.count)) else {
        throw DeploydError.system("memfd_create", errno: errno, code: .exhausted)
    }
    return file
}
