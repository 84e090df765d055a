public import Core

/// Because of what something happened.
public struct Cause: Sendable, Hashable {
    public enum Kind: String, Sendable, CaseIterable {
        case delivery, request, deployment, observation
    }

    public let kind: Kind
    public let id: String

    public init(_ kind: Kind, _ id: String) {
        self.kind = kind
        self.id = id
    }
}

/// What an event says happened. The raw values are the API's.
public enum EventType: String, Sendable, CaseIterable {
    case versionDesired = "version.desired"
    case versionDeployed = "version.deployed"
    case versionRejected = "version.rejected"
    case versionReadmitted = "version.readmitted"
    case promotionPromoted = "promotion.promoted"
    case healthChanged = "health.changed"
    case driftDetected = "drift.detected"
    case driftCleared = "drift.cleared"
    case deploymentStarted = "deployment.started"
    case deploymentSucceeded = "deployment.succeeded"
    case deploymentFailed = "deployment.failed"
    case deploymentSuperseded = "deployment.superseded"
    case deploymentCancelled = "deployment.cancelled"
    case resourceProvisioned = "resource.provisioned"
    case resourceUpdated = "resource.updated"
    case resourceDeleting = "resource.deleting"
    case resourceDeleted = "resource.deleted"
    case resourceRetained = "resource.retained"
    case resourceFailed = "resource.failed"
    case resourceMissing = "resource.missing"
    case resourceFound = "resource.found"
    case resourceRecreated = "resource.recreated"
    case releaseCreated = "release.created"
    case releaseImageMoved = "release.imageMoved"
    case applicationCreated = "application.created"
    case applicationChanged = "application.changed"
    case applicationRenamed = "application.renamed"
    case applicationDetached = "application.detached"
    case applicationAttached = "application.attached"
    case applicationDeleted = "application.deleted"
    case instanceCreated = "instance.created"
    case instanceDetached = "instance.detached"
    case instanceAttached = "instance.attached"
    case instanceStopped = "instance.stopped"
    case instanceStarted = "instance.started"
    case instanceRestarted = "instance.restarted"
    case instanceDestroyed = "instance.destroyed"
    case repositoryAdded = "repository.added"
    case repositoryRemoved = "repository.removed"
    case worldChanged = "world.changed"
    case entrypointsRestarted = "entrypoints.restarted"
    case secretSet = "secret.set"
    case secretRemoved = "secret.removed"
    case environmentCreated = "environment.created"
    case environmentChanged = "environment.changed"
    case environmentDeleted = "environment.deleted"
    case environmentSetCreated = "environmentSet.created"
    case environmentSetChanged = "environmentSet.changed"
    case environmentSetDeleted = "environmentSet.deleted"
    case targetCreated = "target.created"
    case targetChanged = "target.changed"
    case targetDeleted = "target.deleted"
    case holdSet = "hold.set"
    case holdReleased = "hold.released"
}

/// What is to be written into the history.
public struct EventDraft: Sendable, Equatable {
    public var type: EventType
    public var actor: String
    public var cause: Cause?
    public var application: String?
    public var environment: String?
    public var target: String?
    public var before: String?
    public var after: String?
    /// One sentence for people; never a secret.
    public var detail: String?

    public init(
        _ type: EventType, actor: String, cause: Cause? = nil, application: String? = nil, environment: String? = nil,
        target: String? = nil, before: String? = nil, after: String? = nil, detail: String? = nil
    ) {
        self.type = type
        self.actor = actor
        self.cause = cause
        self.application = application
        self.environment = environment
        self.target = target
        self.before = before
        self.after = after
        self.detail = detail
    }
}

/// One line of history, never changed or deleted. Numbers have no gaps and follow the order of commits.
public struct Event: Sendable, Equatable {
    public let id: Int64
    public let time: Timestamp
    public let draft: EventDraft

    public init(id: Int64, time: Timestamp, draft: EventDraft) {
        self.id = id
        self.time = time
        self.draft = draft
    }
}
