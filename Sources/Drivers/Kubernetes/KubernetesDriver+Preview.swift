import Core
import Kubernetes
public import Model

extension KubernetesDriver {
    public var isPreviewed: Bool { true }

    public func preview(_ request: WorkloadRequest) async throws -> [WorkloadChange]? {
        let attempt = try await attempt(request)
        let objects = try attempt.objects(isSwitched: true)
        let recorded = attempt.previous?.itemsByKey ?? [:]
        var before: [ObjectKey: KubernetesObject] = [:]
        for object in objects { before[ObjectKey(object)] = try await present(object, recorded, attempt.session) }
        let kept = Set(attempt.state(attempt.items(objects)).everything.map(\.key))
        let gone = (attempt.previous?.everything ?? []).filter {
            !kept.contains($0.key) && !Retention.keeps($0.object)
        }
        return ObjectPreview(
            wanted: objects, before: before, gone: gone.map(\.object),
            environment: ObjectNames(application: attempt.identity.application).joined("env") + "-"
        ).changes
    }

    /// What there is of an object: as it was applied where nobody has changed it since, else as it is.
    private func present(
        _ object: KubernetesObject, _ recorded: [ObjectKey: KubernetesState.Item], _ session: ClusterSession
    ) async throws -> KubernetesObject? {
        let item = recorded[ObjectKey(object)]
        if let item, let owned = item.ownedFields, let seen = session.view.object(item.key),
            seen.ownedFields == owned, !seen.isScaled(from: item.object)
        {
            return item.object
        }
        guard
            let type = try? await session.client.discovery.type(apiVersion: object.apiVersion, kind: object.kind),
            let live = try await session.client.get(
                type, namespace: object.namespace ?? session.namespace, name: object.name)
        else { return nil }
        return live
    }
}

/// What becomes of objects, for people.
struct ObjectPreview {
    /// More lines are not shown of one object.
    private static let limit = 200
    private static let unknown = JSONValue.string(WorkloadRequest.unknown)

    let wanted: [KubernetesObject]
    let before: [ObjectKey: KubernetesObject]
    let gone: [KubernetesObject]
    /// What names of objects begin with that hold the environment: each content is an object of its own.
    let environment: String

    var changes: [WorkloadChange] {
        var left = gone
        var changes: [WorkloadChange] = []
        for object in wanted {
            var former = before[ObjectKey(object)]
            let isNew = former == nil
            if isNew, object.name.hasPrefix(environment),
                let index = left.firstIndex(where: { $0.kind == object.kind && $0.name.hasPrefix(environment) })
            {
                former = left.remove(at: index)
            }
            changes.append(change(object, former))
        }
        return changes
            + left.map { WorkloadChange(kind: $0.kind, name: $0.name, change: .delete, lines: []) }
    }

    private func change(_ object: KubernetesObject, _ former: KubernetesObject?) -> WorkloadChange {
        let isSecret = object.kind == "Secret"
        let new = Leaves(of: object).values
        // Of a live object, what deployd has no say in is not told.
        let old = former.map { Leaves(of: $0, like: $0.resourceVersion == nil ? nil : object).values } ?? [:]
        var lines: [String] = []
        for path in Set(new.keys).union(old.keys).sorted() where new[path] != old[path] {
            let hides = isSecret && (path.hasPrefix("data") || path.hasPrefix("stringData"))
            func text(_ value: JSONValue) -> String {
                hides && value != ObjectPreview.unknown ? "(secret)" : value.text
            }
            if let value = old[path] { lines.append("- \(path): \(text(value))") }
            if let value = new[path] { lines.append("+ \(path): \(text(value))") }
        }
        if lines.count > ObjectPreview.limit {
            lines = lines.prefix(ObjectPreview.limit) + ["  … and \(lines.count - ObjectPreview.limit) lines more"]
        }
        let change: PlanAction.Change = former == nil ? .create : lines.isEmpty ? .none : .update
        return WorkloadChange(kind: object.kind, name: object.name, change: change, lines: lines)
    }
}

/// The values of an object by the path to each: `spec.template.spec.containers[app].image`.
struct Leaves {
    private(set) var values: [String: JSONValue] = [:]

    /// - Parameter mask: what is looked at: of a live object, what deployd has a say in.
    init(of object: KubernetesObject, like mask: KubernetesObject? = nil) {
        for (key, value) in object.json.object ?? [:] where !["apiVersion", "kind", "status"].contains(key) {
            collect(value, mask.map { $0.json[key] ?? .null }, key)
        }
        for path in values.keys where Leaves.isOfTheServer(path) { values[path] = nil }
    }

    /// What a live object has beside what was applied is not deployd's.
    private mutating func collect(_ value: JSONValue, _ mask: JSONValue?, _ path: String) {
        if mask == .null { return }
        switch value {
        case .object(let members) where !members.isEmpty:
            for (key, member) in members { collect(member, mask.map { $0[key] ?? .null }, "\(path).\(key)") }
        case .array(let elements) where elements.contains { $0.object != nil }:
            for (index, element) in elements.enumerated() {
                let name = Leaves.name(of: element) ?? "\(index)"
                let masked = mask.map { mask in
                    mask.array?.first { Leaves.name(of: $0) == Leaves.name(of: element) && $0.object != nil }
                        ?? mask[index] ?? .null
                }
                collect(element, masked, "\(path)[\(name)]")
            }
        default: values[path] = value
        }
    }

    private static func name(of element: JSONValue) -> String? {
        for key in ["name", "containerPort", "port", "host", "ip"] {
            if let value = element[key] { return value.string ?? value.text }
        }
        return nil
    }

    private static func isOfTheServer(_ path: String) -> Bool {
        [
            "metadata.name", "metadata.namespace", "metadata.uid", "metadata.resourceVersion", "metadata.generation",
            "metadata.creationTimestamp", "metadata.selfLink",
        ].contains(path) || path.hasPrefix("metadata.managedFields")
    }
}
