import Core
public import Model

/// What people ask of single resources.
public struct ResourceService: Sendable {
    private let context: EngineContext

    public init(context: EngineContext) { self.context = context }

    /// Lets a resource that is gone be made anew, empty, by the next deployment. `beforeDeploy` is run again before the
    /// versions of those who use it: what it did is gone too.
    /// - Throws: `.notFound`; `.conflict` while it is there, or a deployment is under way.
    public func recreate(_ id: String, actor: String, cause: Cause?) async throws -> Resource {
        let found = try await context.storage.read { try ResourceService.require(id, in: $0) }
        guard await ResourcePresence(context: context).absence(of: found) != nil else {
            throw DeploydError(.conflict, ResourceService.refusal(of: found))
        }
        let moment = context.clock.now()
        return try await context.storage.write { transaction in
            var resource = try ResourceService.require(id, in: transaction)
            guard resource == found || resource.status == .missing else {
                throw DeploydError(.conflict, "the resource '\(resource.name)' was changed meanwhile; look at it again")
            }
            let users = try resource.users(in: transaction)
            for user in users where try !transaction.unfinishedDeployments(of: user).isEmpty {
                throw DeploydError(
                    .conflict, "a deployment of \(user), which uses it, is under way; wait for its end, or cancel it")
            }
            resource.status = .pending
            resource.reason = "it was gone, and is made anew, empty, by the next deployment"
            (resource.outputs, resource.state, resource.definition) = ([:], nil, nil)
            resource.changedAt = moment
            try transaction.update(resource)
            for user in users { try transaction.removeBeforeDeployRuns(on: user) }
            try transaction.append(
                try resource.event(.resourceRecreated, actor: actor, cause: cause, in: transaction), at: moment)
            return resource
        }
    }

    private static func require(_ id: String, in reader: any StorageReader) throws -> Resource {
        guard let resource = try reader.resource(id: id) else {
            throw DeploydError(.notFound, "no resource '\(id)'; see `deployd get resources`")
        }
        return resource
    }

    private static func refusal(of resource: Resource) -> String {
        guard resource.wasMade else { return "'\(resource.name)' is made by the next deployment" }
        return
            "'\(resource.name)' (\(resource.slug)) is there, or it cannot be told that it is not: only what is gone is "
            + "made anew"
    }
}

extension Resource {
    /// The instances that are given its outputs.
    fileprivate func users(in reader: any StorageReader) throws -> [InstanceID] {
        if let instance { return [instance] }
        guard let root = sharedRoot else { return [] }
        return Set(try SharedUsers(reader: reader).users(of: root, in: world).map(\.instance)).sorted()
    }
}
