import Core
import Model

extension DeploymentRecorder {
    func succeed(reason: String? = nil, at moment: Timestamp) async throws {
        try await change { deployment, transaction in
            if deployment.startedAt == nil { deployment.startedAt = moment }
            try deployment.end(.succeeded, reason: reason, at: moment, in: transaction)
        }
    }

    /// Records the workload that cleaning up after the attempt has left.
    func restore(_ workload: Secret) async throws {
        try await change { deployment, transaction in
            guard var instance = try transaction.instance(deployment.instance) else { return }
            instance.workload = workload
            try transaction.update(instance)
        }
    }

    /// Records that another version is wanted, unless this one is wanted again: then it is begun anew.
    func supersede(at moment: Timestamp) async throws {
        try await change { deployment, transaction in
            let instance = try transaction.instance(deployment.instance)
            guard instance?.wanted != deployment.version else { return deployment.forgetWorkload() }
            try deployment.supersede(at: moment, in: transaction)
            try deployment.leaveResources(reason: "the deployment that made it was superseded", transaction, moment)
        }
    }

    /// Records that somebody does not want the version there; it is not tried again by itself.
    func cancel(by actor: String, cause: Cause?, inputs: String?, at moment: Timestamp) async throws {
        try await change { deployment, transaction in
            try deployment.end(
                .cancelled, reason: "cancelled by \(actor)", actor: actor, cause: cause, at: moment, in: transaction)
            try deployment.leaveResources(reason: "the deployment that made it was cancelled", transaction, moment)
            guard var instance = try transaction.instance(deployment.instance) else { return }
            instance.refuse(deployment, inputs: deployment.inputs ?? inputs)
            try transaction.update(instance)
        }
    }

    /// Records a verdict on the version, so that it is not tried again by itself.
    /// - Parameter isLeft: what it had begun is left as it is.
    func fail(reason: String, inputs: String?, isLeft: Bool = false, at moment: Timestamp) async throws {
        try await change { deployment, transaction in
            if deployment.startedAt == nil { deployment.startedAt = moment }
            // After the commit the version runs; what could not be cleaned up is said, and is no failure of it.
            guard !deployment.isCommitted else {
                for index in deployment.steps.indices where deployment.steps[index].status == .running {
                    deployment.steps[index].status = .failed
                    deployment.steps[index].reason = reason
                    deployment.steps[index].endedAt = moment
                }
                return try deployment.end(.succeeded, reason: reason, at: moment, in: transaction)
            }
            if let inputs { deployment.inputs = inputs }
            try deployment.end(.failed, reason: reason, at: moment, in: transaction)
            try deployment.leaveResources(reason: reason, isFailure: true, transaction, moment)
            guard var instance = try transaction.instance(deployment.instance) else { return }
            instance.refuse(deployment, inputs: inputs, isLeft: isLeft)
            try transaction.update(instance)
        }
    }
}

extension Deployment {
    /// What it had begun of its workload was cleaned up.
    fileprivate mutating func forgetWorkload() {
        for index in steps.indices where [.workload, .health, .entrypoint].contains(steps[index].kind) {
            let step = steps[index]
            steps[index] = DeploymentStep(
                name: step.name, kind: step.kind, isCommit: step.isCommit, isInterruptible: step.isInterruptible)
        }
    }

    /// What was being made when it ended is made again by the next deployment.
    fileprivate func leaveResources(
        reason: String, isFailure: Bool = false, _ transaction: any StorageWriter, _ moment: Timestamp
    ) throws {
        let resources = try transaction.resources(of: instance) + begunSharedResources(in: transaction)
        for var resource in resources where [.provisioning, .updating].contains(resource.status) {
            resource.status = .failed
            resource.reason = reason
            resource.changedAt = moment
            try transaction.update(resource)
            guard isFailure else { continue }
            var event = event(.resourceFailed)
            event.cause = Cause(.deployment, id)
            if resource.instance == nil { (event.application, event.environment, event.target) = (nil, nil, nil) }
            event.after = "\(resource.name) (\(resource.slug))"
            event.detail = reason
            try transaction.append(event, at: moment)
        }
    }

    /// Those of its world that it may have been making, and no other deployment is.
    private func begunSharedResources(in reader: any StorageReader) throws -> [Resource] {
        let begun = Set(
            steps.filter { $0.kind == .resource && $0.status != .succeeded && $0.startedAt != nil }.map(\.name))
        let resources = try reader.sharedResources(of: world).filter { begun.contains(SharedPlan.label($0.name)) }
        guard !resources.isEmpty else { return [] }
        let others = try reader.unfinishedDeployments().filter { $0.id != id && $0.world == world }
        let underWay = Set(others.flatMap(\.steps).filter { $0.status == .running }.map(\.name))
        return resources.filter { !underWay.contains(SharedPlan.label($0.name)) }
    }
}
