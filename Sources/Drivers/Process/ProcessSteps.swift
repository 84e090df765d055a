import Model

/// The steps of a deployment of processes. Their names are shown to people.
enum ProcessSteps {
    static let beforeDeploy = WorkloadStep(name: "beforeDeploy", kind: .beforeDeploy)
    static let start = WorkloadStep(name: "start", kind: .workload)
    static let switchOver = WorkloadStep(name: "switch", kind: .entrypoint, isCommit: true)
    static let retire = WorkloadStep(name: "stop the previous version", kind: .workload)

    /// The artifact is there after it: exported, and built when there is something to build.
    static func artifact(hasBuild: Bool) -> WorkloadStep {
        WorkloadStep(name: hasBuild ? "build" : "source", kind: .build)
    }

    /// The commit, unless entrypoints have to be switched after it.
    static func health(isCommit: Bool) -> WorkloadStep {
        WorkloadStep(name: "health", kind: .health, isCommit: isCommit)
    }

    static func list(_ shape: WorkloadShape) -> [WorkloadStep] {
        [artifact(hasBuild: shape.hasBuild)] + (shape.hasBeforeDeploy ? [beforeDeploy] : []) + [
            start, health(isCommit: !shape.hasEntrypoints),
        ]
            + (shape.hasEntrypoints ? [switchOver] : []) + (shape.hasPrevious ? [retire] : [])
    }
}
