import Core
import Kubernetes
public import Model

extension KubernetesResources {
    /// Removes the objects that were made, the last one first; data stays. What an attempt that failed has made is found
    /// by its labels.
    public func remove(_ request: ResourceRequest, _ log: any StepLog) async throws {
        let recorded = try request.state.map { text throws(DeploydError) in try ResourceState(text) }
        guard isInWorld else { return }
        let session = try await driver.session()
        var objects = InstanceObjects(
            session: session, identity: ResourceObjects.identity(of: request), state: nil)
        objects.others = ResourceObjects.types(of: request.template)
        let known = Set(recorded?.items.map(\.key) ?? [])
        let found = try await objects.all().filter { !known.contains($0.key) }
        try await remove((recorded?.items ?? []) + found, session, request, log)
    }

    func remove(
        _ items: [KubernetesState.Item], _ session: ClusterSession, _ request: ResourceRequest, _ log: any StepLog
    ) async throws {
        let remover = ObjectRemover(session: session, identity: ResourceObjects.identity(of: request))
        for name in try await remover.remove(items) { log.line("removed \(name)") }
        for item in items where Retention.keeps(item.object) {
            log.line("\(item.key) stays in namespace \(session.namespace), with what it holds")
        }
    }

    public func kept(of request: ResourceRequest) -> [String] {
        let items = request.state.flatMap { try? ResourceState($0) }?.items ?? []
        return items.filter { Retention.keeps($0.object) }.map { "\($0.key)" }
    }

    public func absence(of request: ResourceRequest) async throws -> String? {
        guard isInWorld, let state = try request.state.map({ text throws(DeploydError) in try ResourceState(text) })
        else { return nil }
        let session = try await driver.session()
        for item in state.items {
            guard let found = try await uid(of: item, request, session) else { return "\(item.key) is not there" }
            if let made = item.uid, found != made { return "\(item.key) is another one than was made" }
        }
        return nil
    }

    /// As the world's watches have it, so that nothing is asked of the server; nil: it is not there.
    private func uid(
        of item: KubernetesState.Item, _ request: ResourceRequest, _ session: ClusterSession
    ) async throws -> String? {
        let object = item.object
        let type: ResourceType
        do {
            type = try await session.client.discovery.type(apiVersion: object.apiVersion, kind: object.kind)
        } catch let error as DeploydError where error.code == .notFound {
            return nil
        }
        try await session.view.follow(
            [type], for: OwnershipLabels.owner(ResourceObjects.identity(of: request)))
        if session.view.gap(in: item.key.kind) == nil, let seen = session.view.object(item.key) { return seen.uid }
        // Perhaps it has lost its labels.
        return try await session.client.get(object.reference)?.uid
    }
}
