import Core
import Kubernetes
import Model

/// What a service changes of the objects that deployd has made up: `deploy.kubernetes.patches` of its file.
struct Patches {
    let patches: [KubernetesOptions.Patch]

    init(_ patches: [KubernetesOptions.Patch]) { self.patches = patches }

    /// - Parameter workload: whose objects these are.
    /// - Throws: `.invalid` that names the patch, its object and what is wrong.
    func applied(
        to objects: [KubernetesObject], of workload: KubernetesWorkload
    ) throws(DeploydError) -> [KubernetesObject] {
        var objects = objects
        for (number, patch) in patches.enumerated() {
            let title = "deploy.kubernetes.patches[\(number)]"
            let place = try index(of: patch, among: objects, workload, title)
            let before = objects[place]
            let subject = "\(title) (\(before.kind) \(before.name))"
            let after: JSONValue
            do throws(PatchMistake) {
                switch patch.change {
                case .strategic(let change): after = try StrategicMerge(kind: before.kind).merged(before.json, change)
                case .json(let operations): after = try JSONPatch(operations).applied(to: before.json)
                }
            } catch {
                throw DeploydError(.invalid, "\(subject): \(error.message)")
            }
            if let field = PatchGuard.changed(before.json, after) {
                throw DeploydError(.invalid, "\(subject): \(field) is what deployd knows its own by: leave it as it is")
            }
            guard let object = KubernetesObject(after) else {
                throw DeploydError(.invalid, "\(subject): nothing of the object is left")
            }
            objects[place] = object
        }
        return objects
    }

    private func index(
        of patch: KubernetesOptions.Patch, among objects: [KubernetesObject], _ workload: KubernetesWorkload,
        _ title: String
    ) throws(DeploydError) -> Int {
        guard !["ConfigMap", "Secret"].contains(patch.kind) else {
            throw DeploydError(
                .invalid, "\(title): the \(patch.kind) is the service's environment: change env or secrets instead")
        }
        let ofKind = objects.indices.filter { objects[$0].kind == patch.kind }
        let made = Patches.listing(objects, workload)
        if let name = patch.name {
            let found = ofKind.first { Patches.names(of: objects[$0], workload).contains(name) }
            guard let found else {
                throw DeploydError(.notFound, "\(title): deployd makes no \(patch.kind) '\(name)'; it makes \(made)")
            }
            return found
        }
        guard let only = ofKind.first, ofKind.count == 1 else {
            let problem =
                ofKind.isEmpty
                ? "deployd makes no \(patch.kind)"
                : "deployd makes more than one \(patch.kind): name the one that is meant"
            throw DeploydError(.invalid, "\(title): \(problem); it makes \(made)")
        }
        return only
    }

    /// What a patch may call an object: by its name, and one of a track or a release by the application's.
    private static func names(of object: KubernetesObject, _ workload: KubernetesWorkload) -> Set<String> {
        let isTracks = object.kind != "Service" && object.name == workload.names.workload(workload.track)
        return isTracks ? [object.name, workload.name] : [object.name]
    }

    private static func listing(_ objects: [KubernetesObject], _ workload: KubernetesWorkload) -> String {
        let titles = objects.filter { !["ConfigMap", "Secret"].contains($0.kind) }.map { object in
            "\(object.kind) \(names(of: object, workload).min() ?? object.name)"
        }
        return titles.joined(separator: ", ")
    }
}

/// What is wrong with a patch.
struct PatchMistake: Error {
    let message: String

    init(_ message: String) { self.message = message }
}

/// What no patch may change: what an object is, and how deployd and the cluster find what belongs together.
enum PatchGuard {
    private static let fields: [[String]] = [
        ["apiVersion"], ["kind"], ["metadata", "name"], ["metadata", "namespace"], ["metadata", "generateName"],
        ["spec", "selector"], ["spec", "podSelector"], ["spec", "scaleTargetRef"],
    ]
    /// Of Kubernetes' recommended labels, those that deployd does not set.
    private static let free: Set = ["app.kubernetes.io/component", "app.kubernetes.io/part-of"]
    private static let labels: [[String]] = [["metadata", "labels"], ["spec", "template", "metadata", "labels"]]

    /// The first of them that is not as it was.
    static func changed(_ before: JSONValue, _ after: JSONValue) -> String? {
        if let field = fields.first(where: { value(before, $0) != value(after, $0) }) {
            return field.joined(separator: ".")
        }
        for path in labels {
            let old = owned(value(before, path))
            let new = owned(value(after, path))
            if let key = Set(old.keys).union(new.keys).sorted().first(where: { old[$0] != new[$0] }) {
                return "\(path.joined(separator: "."))[\(key)]"
            }
        }
        return nil
    }

    private static func value(_ json: JSONValue, _ path: [String]) -> JSONValue? {
        path.reduce(Optional(json)) { $0?[$1] }
    }

    private static func owned(_ labels: JSONValue?) -> [String: JSONValue] {
        (labels?.object ?? [:]).filter { ObjectLabels.isReserved($0.key) && !free.contains($0.key) }
    }
}
