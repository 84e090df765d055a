import CSpawn
import Core
import Glibc

/// A command while it runs. Only the thread of `ProcessLoop` touches it.
///
/// It ends when its process has ended and its pipes are at their end. A grandchild that keeps a pipe open delays that by
/// `Bounds.drain` at most. One that must stop (deadline, cancellation, too much output) gets SIGTERM with its process
/// group, and SIGKILL after `Bounds.grace`.
final class RunningCommand {
    /// Why it must stop before its end.
    enum Stop: Equatable { case deadline(Duration), tooMuchOutput(limit: Int), cancelled }

    enum Bounds {
        /// How long pipes are read after the process has ended.
        static let drain = Duration.milliseconds(250)
        /// Between SIGTERM and SIGKILL.
        static let grace = Duration.seconds(3)
        /// After SIGKILL: a process in an uninterruptible call of the kernel is not waited for longer.
        static let kill = Duration.seconds(5)
    }

    let order: CommandOrder
    let process: SpawnedProcess
    private var output: OutputPipe
    private var errorOutput: OutputPipe
    private var stop: Stop?
    private var ended: ExitStatus?
    /// When the next step is due: the deadline, then SIGKILL or the end of draining, then giving up.
    private(set) var due: ContinuousClock.Instant
    private var isKilled = false

    /// False after the end for a process that even SIGKILL did not end in time.
    var hasEnded: Bool { ended != nil }

    /// Starts the process.
    init(_ order: CommandOrder) throws(DeploydError) {
        let (output, outputEnd) = try OutputPipe.make()
        let (errorOutput, errorEnd) = try OutputPipe.make()
        process = try SpawnedProcess.start(
            order.command, input: order.input, output: outputEnd,
            error: order.command.mergesErrorOutput ? outputEnd : errorEnd)
        self.order = order
        self.output = output
        self.errorOutput = errorOutput
        due = order.deadline
    }

    /// What to poll for reading.
    var descriptors: [Int32] {
        [ended == nil ? process.descriptor.number : nil, output.number, errorOutput.number].compactMap(\.self)
    }

    /// Takes what is ready and does what is due.
    /// - Returns: the outcome, once there is nothing more to wait for.
    func advance(now: ContinuousClock.Instant, buffer: UnsafeMutableRawBufferPointer) -> CommandOrder.Outcome? {
        takeOutput(buffer)
        if ended == nil, let status = process.ended() {
            ended = status
            if stop == nil { due = now + Bounds.drain }
        }
        if hasEnded, output.isAtEnd, errorOutput.isAtEnd { return finish() }
        return now < due ? nil : act(now: now)
    }

    /// Asks the process group to end. Only the first reason counts.
    func stop(_ reason: Stop, now: ContinuousClock.Instant) {
        guard stop == nil else { return }
        stop = reason
        process.signalGroup(SIGTERM)
        due = hasEnded ? now : now + Bounds.grace
    }

    private func act(now: ContinuousClock.Instant) -> CommandOrder.Outcome? {
        if hasEnded || isKilled { return finish() }
        if stop == nil {
            stop(.deadline(order.allowance), now: now)
        } else {
            process.signalGroup(SIGKILL)
            isKilled = true
            due = now + Bounds.kill
        }
        return nil
    }

    private func finish() -> CommandOrder.Outcome {
        if stop != nil { process.signalGroup(SIGKILL) }
        if hasEnded { process.reap() }
        if let stop { return .failure(order.error(for: stop)) }
        return .success(
            CommandResult(
                status: ended ?? .exited(255), output: output.bytes,
                errorOutput: errorOutput.bytes.suffix(CommandResult.errorOutputLimit)))
    }

    private func takeOutput(_ buffer: UnsafeMutableRawBufferPointer) {
        errorOutput.take(buffer) { pipe, piece in
            pipe.keepEnd(piece, limit: CommandResult.errorOutputLimit)
        }
        var total = 0
        output.take(buffer) { pipe, piece in
            total = pipe.total
            guard stop == nil, total <= order.outputLimit else { return }
            if let onOutput = order.onOutput { onOutput(Array(piece)) } else { pipe.bytes += piece }
        }
        if total > order.outputLimit { stop(.tooMuchOutput(limit: order.outputLimit), now: .now) }
    }
}
