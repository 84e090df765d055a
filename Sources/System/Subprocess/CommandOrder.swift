import Core

/// A command on its way to the thread that runs it.
struct CommandOrder: Sendable {
    typealias Outcome = Result<CommandResult, DeploydError>

    let id: UInt64
    let command: Command
    let input: Descriptor?
    /// The deadline as it was asked for, for messages.
    let allowance: Duration
    let deadline: ContinuousClock.Instant
    let outputLimit: Int
    let onOutput: (@Sendable ([UInt8]) -> Void)?
    let finish: @Sendable (Outcome) -> Void

    func error(for stop: RunningCommand.Stop) -> DeploydError {
        switch stop {
        case .deadline(let allowance):
            DeploydError(.timedOut, "\(command.name) did not end within \(allowance) and was stopped")
        case .tooMuchOutput(let limit):
            DeploydError(.tooLarge, "\(command.name) printed more than \(limit) bytes and was stopped")
        case .cancelled:
            DeploydError(.cancelled, "\(command.name) was stopped because its work was cancelled")
        }
    }
}
