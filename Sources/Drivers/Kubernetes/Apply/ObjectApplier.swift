import Core
import Kubernetes
import Model

/// Brings objects of an instance to what they should be, by server-side apply, and touches nothing that is not its own.
struct ObjectApplier: Sendable {
    /// For a definition of a resource to be served, once it is there.
    private static let definitionLimit = Duration.seconds(60)

    let session: ClusterSession
    let identity: InstanceIdentity
    /// Whether what is nobody's may be taken over.
    let adopts: Bool
    /// Whether fields that others have taken are taken back, whatever was recorded.
    var takesBack = false
    /// What to do about a name that is taken, for people.
    var remedy: String?
    /// What was recorded of what is there.
    let recorded: [ObjectKey: KubernetesState.Item]
    let clock: any WallClock

    /// Applies them in their order; those that are there as they should be are left alone. Nothing is changed when one of
    /// them is somebody else's.
    /// - Parameter onChange: told of what was changed, by names for people.
    func apply(
        _ objects: [KubernetesObject], onChange: (String) -> Void = { _ in }
    ) async throws -> [KubernetesState.Item] {
        let definitions = Set(objects.compactMap(ObjectApplier.definedKind))
        var known: [Finding?] = []
        for object in objects {
            let isHere = isInView(object) && !definitions.contains(object.kind)
            known.append(isHere ? try await find(object) : nil)
        }
        var items: [KubernetesState.Item] = []
        for (object, found) in zip(objects, known) {
            try Task.checkCancellation()
            items.append(
                try await once(definitions.contains(object.kind)) {
                    let finding: Finding
                    if let found { finding = found } else { finding = try await find(object) }
                    switch finding {
                    case .unchanged(let item): return item
                    case .applies(let standing): return try await apply(object, standing, onChange)
                    }
                })
        }
        return items
    }

    /// Once the kind is served, where its definition is among what is applied: that is a moment later.
    private func once<Value>(_ isDefinedHere: Bool, _ body: () async throws -> Value) async throws -> Value {
        let end = clock.steady() + ObjectApplier.definitionLimit
        while true {
            do { return try await body() } catch let error as DeploydError
                where isDefinedHere && ObjectApplier.isOfNoKind(error) && clock.steady() < end
            {
                try await clock.sleep(for: .milliseconds(500))
            }
        }
    }

    /// Whether it is the kind that is not there, and no object or namespace.
    private static func isOfNoKind(_ error: DeploydError) -> Bool {
        error.code == .notFound && (error.apiStatus?.name ?? "").isEmpty
    }

    /// What is there of an object before it is applied.
    private enum Finding {
        case unchanged(KubernetesState.Item)
        case applies(Standing)
    }

    private func find(_ object: KubernetesObject) async throws -> Finding {
        let type = try await session.client.discovery.type(apiVersion: object.apiVersion, kind: object.kind)
        if let item = try await unchanged(object, type) { return .unchanged(item) }
        return .applies(try await standing(of: object, type))
    }

    private func apply(
        _ object: KubernetesObject, _ standing: Standing, _ onChange: (String) -> Void
    ) async throws -> KubernetesState.Item {
        let key = ObjectKey(object)
        try await handOver(object)
        let applied = try await send(object, force: standing == .adopted || takesBack)
        let answer = ClusterSession.Applied(
            uid: applied.object.uid ?? "", generation: applied.object.generation ?? 0,
            ownedFields: OwnedFields.digest(of: applied.object), resourceVersion: applied.object.resourceVersion ?? "")
        session.note(key, answer)
        onChange("\(key)\(applied.isNew ? " (new)" : "")")
        for warning in applied.warnings { onChange("the cluster warns: \(warning)") }
        return KubernetesState.Item(object: object, answer)
    }

    /// Where the load decides on the replicas from now on, there are as many as before until it does.
    private func handOver(_ object: KubernetesObject) async throws {
        let key = ObjectKey(object)
        guard key.kind == .deployment, object["spec", "replicas"] == nil,
            recorded[key]?.object["spec", "replicas"] != nil,
            case .deployment(let status)? = session.view.object(key)?.status, status.desired > 0,
            let handover = ReplicaHandover.object(object, replicas: status.desired)
        else { return }
        let options = ApplyOptions(fieldManager: ReplicaHandover.manager, force: true)
        _ = try await session.client.apply(handover, options)
    }

    private func send(_ object: KubernetesObject, force: Bool) async throws -> AppliedObject {
        do {
            return try await session.client.apply(object, ApplyOptions(force: force))
        } catch let error as DeploydError {
            guard let status = error.apiStatus else { throw error }
            if error.message.contains("is being deleted: wait") {
                throw DeploydError(.unavailable, error.message, metadata: error.metadata, cause: status)
            }
            let conflicts = status.fieldConflicts
            guard !conflicts.isEmpty else { throw error }
            // A deployment sets its own fields again, whoever has changed them since.
            let former = recorded[ObjectKey(object)]?.object.json
            let foreign = conflicts.filter { conflict in
                former.map { !FieldPath.exists(conflict.field, in: $0) } ?? true
            }
            guard foreign.isEmpty || adopts else {
                throw DeploydError(
                    .conflict,
                    "\(error.message): leave these fields to them, or "
                        + (remedy ?? "have them taken over with adopt: true in deploy.kubernetes of deployd.yaml"),
                    metadata: error.metadata, cause: status)
            }
            return try await session.client.apply(object, ApplyOptions(force: true))
        }
    }

    /// The recorded item, where the object is to be the same and nothing of it was changed since.
    private func unchanged(_ object: KubernetesObject, _ type: ResourceType) async throws -> KubernetesState.Item? {
        guard !takesBack, let item = recorded[ObjectKey(object)], item.object == object,
            let version = item.resourceVersion, isInView(object), type.isNamespaced
        else { return nil }
        try await session.view.follow([type], for: OwnershipLabels.owner(identity))
        let key = ObjectKey(object)
        guard session.view.gap(in: key.kind) == nil, let seen = session.view.object(key),
            seen.uid == item.uid, !seen.isBeingDeleted, seen.resourceVersion == version
        else { return nil }
        // What was applied since is perhaps not seen yet.
        return session.applied(key).map { $0.resourceVersion == version } ?? true ? item : nil
    }

    /// `CustomResourceDefinition` only: what it defines.
    private static func definedKind(_ object: KubernetesObject) -> String? {
        object.kind == "CustomResourceDefinition" ? object["spec", "names", "kind"]?.string : nil
    }

    func isInView(_ object: KubernetesObject) -> Bool {
        object.namespace == nil || object.namespace == session.namespace
    }
}

extension KubernetesState.Item {
    init(object: KubernetesObject, _ answer: ClusterSession.Applied?) {
        self.init(
            object: object, uid: answer?.uid, ownedFields: answer?.ownedFields,
            resourceVersion: answer?.resourceVersion)
    }
}
