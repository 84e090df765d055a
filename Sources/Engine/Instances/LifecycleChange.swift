import Core
import Model

/// Records what somebody asks of an instance, within one transaction.
struct LifecycleChange {
    let instance: Instance
    let request: Lifecycle.Request
    let actor: String
    let cause: Cause?
    let moment: Timestamp

    /// - Parameter inputs: of a restart, the digest of what a deployment would have now.
    /// - Returns: the instance as it is recorded now.
    func apply(inputs: String?, to transaction: any StorageWriter) throws -> Instance {
        guard instance.world != nil || request == .destroy else {
            throw DeploydError(
                .conflict, "others deploy on \(instance.id.target); deployd starts and stops nothing there")
        }
        if request == .restart { try checkRestart(transaction) }
        if isSideBySide(inputs) {
            try transaction.insert(restart)
            return instance
        }
        var changed = instance
        do {
            guard try changed.lifecycle.take(request, by: actor, cause: cause) else { return instance }
        } catch {
            throw DeploydError(.conflict, "\(instance.id) cannot be \(request.participle): \(error.reason)")
        }
        // What is set from now on asks for another instance in its place.
        if request == .destroy { changed.desired = nil }
        try transaction.update(changed)
        for var waiting in try transaction.unfinishedDeployments(of: instance.id) where waiting.status == .pending {
            try waiting.supersede(by: actor, cause: cause, at: moment, in: transaction)
            try transaction.update(waiting)
        }
        return changed
    }

    private func checkRestart(_ transaction: any StorageWriter) throws {
        guard instance.workload != nil else {
            throw DeploydError(
                .conflict, "nothing was deployed on \(instance.id.target) yet, so nothing can be restarted")
        }
        guard try transaction.unfinishedDeployments(of: instance.id).isEmpty else {
            throw DeploydError(
                .conflict, "a deployment of \(instance.id) is under way, which starts it anew; wait for its end")
        }
    }

    /// Whether a deployment would bring exactly what runs.
    private func isSideBySide(_ inputs: String?) -> Bool {
        request == .restart && inputs != nil && inputs == instance.inputs && instance.wanted == instance.deployed
            && instance.deployed != nil
    }

    private var restart: Deployment {
        Deployment(
            id: Identifier.make(at: moment), instance: instance.id, environment: instance.environment,
            world: instance.world ?? "", version: instance.deployed ?? "", actor: actor, cause: cause, isRestart: true,
            createdAt: moment)
    }
}

extension Lifecycle.Request {
    fileprivate var participle: String {
        switch self {
        case .stop: "stopped"
        case .start: "started"
        case .restart: "restarted"
        case .destroy: "destroyed"
        }
    }
}
