public import Formats

/// What a service's `beforeDeploy` means to one deployment.
public struct BeforeDeployPlan: Sendable, Equatable {
    /// As in the file, its references not replaced.
    public let command: [String]
    /// It ran for this version already.
    public let isDone: Bool
    /// Whether it is a step of the deployment, done or not.
    public let isStep: Bool

    /// - Parameter run: of this version on this instance; nil: there was none.
    /// - Returns: nil when there is nothing to run.
    public init?(_ command: [Template]?, run: BeforeDeployRun?, deployment: Deployment) {
        guard let command else { return nil }
        self.command = command.map(\.source)
        isDone = run != nil
        // Its own deployment keeps the step that it has done; a restart starts what was deployed already.
        isStep = !deployment.isRestart && (run == nil || run?.deployment == deployment.id)
    }

    func action(version: String) -> PlanAction {
        PlanAction(
            kind: .beforeDeploy, name: command.first ?? "", change: isDone || !isStep ? .none : .create,
            detail: isDone || !isStep
                ? "ran for version \(version) already"
                : "\(command.joined(separator: " ")), once before version \(version)")
    }
}
