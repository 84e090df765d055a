import Model

/// The steps of a deployment on a cluster.
enum KubernetesSteps {
    static let beforeDeploy = WorkloadStep(name: "beforeDeploy", kind: .beforeDeploy)
    static let apply = WorkloadStep(name: "apply", kind: .workload)
    static let switchOver = WorkloadStep(name: "switch", kind: .entrypoint, isCommit: true)
    static let latest = WorkloadStep(name: "move latest", kind: .entrypoint, isCommit: true)
    static let cleanUp = WorkloadStep(name: "clean up", kind: .workload)

    /// What it has begun is undone by `abandon`, so that a newer version need not wait for its end.
    static func rollOut(isCommit: Bool) -> WorkloadStep {
        WorkloadStep(name: "roll out", kind: .health, isCommit: isCommit, isInterruptible: true)
    }

    static func list(_ shape: WorkloadShape) -> [WorkloadStep] {
        let before = (shape.hasBeforeDeploy ? [beforeDeploy] : []) + [apply]
        let after = shape.hasPrevious ? [cleanUp] : []
        switch shape.strategy {
        case .rolling: return before + [rollOut(isCommit: true)] + after
        case .blueGreen: return before + [rollOut(isCommit: false), switchOver] + after
        case .appendOnly: return before + [rollOut(isCommit: false), latest] + after
        }
    }
}
