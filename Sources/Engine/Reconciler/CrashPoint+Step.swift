import Core
import Model

extension CrashPoint {
    /// The moment after a step's effect.
    /// - Parameter isCommitted: whether the version counts as deployed already.
    static func effect(of step: PlannedStep, isCommitted: Bool) -> CrashPoint {
        switch step.kind {
        case .resource: .provisioned
        case .build: .built
        case .beforeDeploy: .ranBeforeDeploy
        case .workload: isCommitted ? .retired : .started
        case .health: .healthy
        case .entrypoint: .switched
        }
    }
}
