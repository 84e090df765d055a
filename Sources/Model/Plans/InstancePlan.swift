/// What a deployment of one version would do to one instance.
public struct InstancePlan: Sendable, Equatable {
    public let instance: InstanceID
    public let version: String
    /// Digest of all that it is made from: release, world, definitions, parameters.
    public let inputs: String
    public let actions: [PlanAction]
    public let steps: [PlannedStep]
    /// What stands against it; with any, nothing is changed.
    public let refusals: [String]

    public init(
        instance: InstanceID, version: String, inputs: String, actions: [PlanAction], steps: [PlannedStep],
        refusals: [String]
    ) {
        self.instance = instance
        self.version = version
        self.inputs = inputs
        self.actions = actions
        self.steps = steps
        self.refusals = refusals
    }
}

/// One change that a plan makes, for people.
public struct PlanAction: Sendable, Equatable {
    public enum Change: String, Sendable, CaseIterable {
        case create, update, replace, delete, none
    }

    public let kind: DeploymentStep.Kind
    public let name: String
    public let change: Change
    public let detail: String

    public init(kind: DeploymentStep.Kind, name: String, change: Change, detail: String) {
        self.kind = kind
        self.name = name
        self.change = change
        self.detail = detail
    }
}

/// One step of a plan and who performs it.
public struct PlannedStep: Sendable, Equatable {
    public enum Work: Sendable, Equatable {
        /// The requirement of this name.
        case resource(String)
        /// What the world has of this name for everyone.
        case shared(String)
        case workload(WorkloadStep)
    }

    public let name: String
    public let kind: DeploymentStep.Kind
    public let work: Work

    public init(name: String, kind: DeploymentStep.Kind, work: Work) {
        self.name = name
        self.kind = kind
        self.work = work
    }

    /// Whether a deployment recorded it as `step`. A requirement may have the name of one of the driver's steps.
    public func isRecorded(as step: DeploymentStep) -> Bool { kind == step.kind && name == step.name }

    public var isCommit: Bool { if case .workload(let step) = work { step.isCommit } else { false } }
    public var isInterruptible: Bool { if case .workload(let step) = work { step.isInterruptible } else { false } }
}
