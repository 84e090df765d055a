import Client
import Model

extension Wire.Resource {
    /// Secret outputs are marked, never shown.
    init(_ resource: Resource) {
        self.init(
            id: resource.id, name: resource.name, world: resource.world, application: resource.instance?.application,
            target: resource.instance?.target, slug: resource.slug, repository: resource.repository,
            commit: resource.commit,
            status: Status(resource.status), reason: resource.reason,
            outputs: resource.outputs.mapValues(Wire.ResourceOutput.init), requires: [],
            createdAt: resource.createdAt, changedAt: resource.changedAt)
    }
}

extension Wire.Resource {
    /// With what became of its declaration.
    init(_ resource: Resource, in topology: Topology) {
        self.init(resource)
        reason = reason ?? topology.detachment(of: resource)
    }
}

extension Wire.ResourceDestruction {
    init(_ listing: SharedDestruction) {
        self.init(
            resource: Wire.Resource(listing.resource),
            removed: listing.destruction.removed.map { Wire.Resource($0.resource) },
            retained: listing.destruction.retained.map(Wire.Resource.init),
            usedBy: listing.users.map {
                .init(application: $0.instance.application, target: $0.instance.target, name: $0.name)
            }, refusals: listing.refusals)
    }
}

extension Wire.ResourceOutput {
    init(_ output: Resource.Output) {
        switch output {
        case .plain(let text): self = .plain(text)
        case .secret: self = .secret
        }
    }
}

extension Wire.Resource.Status {
    init(_ status: Resource.Status) {
        switch status {
        case .pending: self = .pending
        case .provisioning: self = .provisioning
        case .ready: self = .ready
        case .updating: self = .updating
        case .deleting: self = .deleting
        case .deleted: self = .deleted
        case .failed: self = .failed
        case .retained: self = .retained
        case .missing: self = .missing
        }
    }
}
