import Core
import Formats
import Kubernetes
public import Model

/// Resources that a cluster provides itself (capability `deploy:kubernetes`): the objects of a file of manifests, with
/// outputs from their data, Services and fields (`OutputPath`).
///
/// They are applied, known and removed as those of services are, with an identity of their own (`ResourceObjects`).
public struct KubernetesResources: ResourceDriver {
    public let capability = "deploy:kubernetes"
    let driver: KubernetesDriver
    /// How long what was applied may take to be usable.
    private let patience: Duration
    let isInWorld: Bool

    /// - Parameters:
    ///   - driver: whose connections and watches are shared.
    ///   - patience: how long what was applied may take to be usable.
    public init(_ driver: KubernetesDriver, patience: Duration = .seconds(600)) {
        self.init(driver, patience: patience, isInWorld: false)
    }

    private init(_ driver: KubernetesDriver, patience: Duration, isInWorld: Bool) {
        (self.driver, self.patience, self.isInWorld) = (driver, patience, isInWorld)
    }

    public func inWorld(_ world: World) -> any ResourceDriver {
        guard world.kubernetes != nil, let driver = driver.inWorld(world) as? KubernetesDriver else { return self }
        return KubernetesResources(driver, patience: patience, isInWorld: true)
    }

    public func problem() async -> String? { await driver.problem() }

    public func provision(_ request: ResourceRequest, _ log: any StepLog) async throws -> ProvisionedResource {
        let session = try await driver.session()
        let recorded = try request.state.map { text throws(DeploydError) in try ResourceState(text) }
        let name = recorded?.name ?? ResourceObjects.name(of: request)
        let wanted = try request.outputs.map { text throws(DeploydError) in (name: text, path: try OutputPath(text)) }
        let objects = try ResourceObjects(request: request, name: name, namespace: session.namespace).list()
        let references = objects.map(\.reference)
        for output in wanted { _ = try output.path.pick(from: references) }
        for object in objects { try await check(object, request, session) }
        let items = try await applier(session, request, recorded).apply(objects) { log.line("applied \($0)") }
        try await prune(recorded, keeping: items, session, request, log)
        let found = try await ReadyWait(
            driver: driver, identity: ResourceObjects.identity(of: request), patience: patience,
            redactor: Redactor(request.secretValues.compactMap { name in request.values[name].map(Secret.init) })
        ).run(references, log)
        var outputs: [String: Resource.Output] = [:]
        for (name, path) in wanted {
            outputs[name] = try value(of: path, named: name, try path.pick(from: references), found, session)
        }
        return ProvisionedResource(
            outputs: outputs, state: ResourceState(name: name, items: settled(items, found, session)).sealed)
    }

    /// With the versions that they have now that their controllers have written what they observe: the next time they are
    /// known to be the same.
    private func settled(
        _ items: [KubernetesState.Item], _ found: [ObjectReference: KubernetesObject], _ session: ClusterSession
    ) -> [KubernetesState.Item] {
        items.map { item in
            guard let object = found[item.object.reference], let applied = session.applied(item.key),
                applied.uid == object.uid, applied.generation == object.generation,
                let version = object.resourceVersion
            else { return item }
            session.note(
                item.key,
                ClusterSession.Applied(
                    uid: applied.uid, generation: applied.generation, ownedFields: applied.ownedFields,
                    resourceVersion: version))
            var item = item
            item.resourceVersion = version
            return item
        }
    }

    /// Kinds of operators are asked for; Kubernetes' own are known.
    private func check(_ object: KubernetesObject, _ request: ResourceRequest, _ session: ClusterSession) async throws {
        let type = try await session.client.discovery.type(apiVersion: object.apiVersion, kind: object.kind)
        guard !type.isNamespaced else { return }
        throw DeploydError(
            .invalid,
            "the template of the slug '\(request.slug)': \(object.kind) \(object.name) is of the whole cluster: whoever "
                + "runs the cluster makes it")
    }

    private func applier(
        _ session: ClusterSession, _ request: ResourceRequest, _ recorded: ResourceState?
    ) -> ObjectApplier {
        var applier = ObjectApplier(
            session: session, identity: ResourceObjects.identity(of: request), adopts: false,
            recorded: recorded?.itemsByKey ?? [:], clock: driver.parts.clock)
        applier.remedy = "give the definition of '\(request.slug)' a value 'name' that makes another name"
        return applier
    }

    /// Removes what the template does not have any more.
    private func prune(
        _ recorded: ResourceState?, keeping items: [KubernetesState.Item], _ session: ClusterSession,
        _ request: ResourceRequest, _ log: any StepLog
    ) async throws {
        let used = Set(items.map(\.key))
        let unused = recorded?.items.filter { !used.contains($0.key) } ?? []
        try await remove(unused, session, request, log)
    }

    private func value(
        of path: OutputPath, named name: String, _ reference: ObjectReference,
        _ found: [ObjectReference: KubernetesObject], _ session: ClusterSession
    ) throws(DeploydError) -> Resource.Output {
        guard let object = found[reference], let value = try path.value(in: object, namespace: session.namespace) else {
            throw DeploydError(
                .invalid, "the output '\(name)': \(reference.kind) \(reference.name) has no such value")
        }
        return value
    }
}
