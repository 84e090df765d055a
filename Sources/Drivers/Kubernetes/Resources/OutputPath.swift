import Core
import Crypto
import Formats
import Kubernetes
import Model

/// Where in a cluster an output of a definition comes from: `KIND[/NAME].PATH`.
///
/// | path | what it is |
/// |---|---|
/// | `Secret.KEY` | a member of its data; secret |
/// | `ConfigMap.KEY` | a member of its data |
/// | `Service.host` | its name in the cluster: `NAME.NAMESPACE.svc` |
/// | `Service.port`, `Service.port.NAME` | the number of its first port, of the port of that name |
/// | `Service.address` | its IP in the cluster |
/// | `KIND.status.…`, `KIND.spec.…` | a field, once it has a value |
///
/// Without a name the only object of the kind is meant.
struct OutputPath: Sendable, Hashable {
    let kind: String
    let name: String?
    let path: [String]

    /// - Throws: `DeploydError` `invalid`.
    init(_ text: String) throws(DeploydError) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        let head = (parts.first ?? "").split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count >= 2, (1...2).contains(head.count), !(parts + head).contains("") else {
            throw DeploydError(
                .invalid,
                "'\(shortened(text))' is no output of manifests: write KIND.PATH or KIND/NAME.PATH, such as "
                    + "Service.host, Secret.password or StatefulSet/db.status.readyReplicas")
        }
        (kind, name, path) = (head[0], head.count == 2 ? head[1] : nil, Array(parts.dropFirst()))
        let isField = ["status", "spec", "metadata"].contains(path[0])
        guard isField || ["Secret", "ConfigMap", "Service"].contains(kind) else {
            throw DeploydError(
                .invalid, "'\(shortened(text))': of a \(shortened(kind)) there are status, spec and metadata fields")
        }
    }

    /// The object that is meant.
    /// - Throws: `DeploydError` `invalid` when there is none, or several.
    func pick(from objects: [ObjectReference]) throws(DeploydError) -> ObjectReference {
        let found = objects.filter { $0.kind == kind && (name == nil || $0.name == name) }
        if found.count == 1 { return found[0] }
        let known = objects.map { "\($0.kind)/\($0.name)" }.sorted().joined(separator: ", ")
        throw DeploydError(
            .invalid,
            found.isEmpty
                ? "the template has no \(kind)\(name.map { "/\($0)" } ?? ""); it has \(known)"
                : "the template has several of the kind \(kind): write \(kind)/NAME; it has \(known)")
    }

    /// What the object gives; nil while it has no value there.
    func value(in object: KubernetesObject, namespace: String) throws(DeploydError) -> Resource.Output? {
        switch (kind, path[0]) {
        case (_, "status"), (_, "spec"), (_, "metadata"): return field(object).map(Resource.Output.plain)
        case ("Secret", _): return try secret(object).map(Resource.Output.secret)
        case ("ConfigMap", _):
            return object.json["data"]?[path.joined(separator: ".")]?.string.map(Resource.Output.plain)
        default: return service(object, namespace).map(Resource.Output.plain)
        }
    }

    private func secret(_ object: KubernetesObject) throws(DeploydError) -> Secret? {
        guard let text = object.json["data"]?[path.joined(separator: ".")]?.string else { return nil }
        guard let bytes = Base64.decode(text), let value = String(validating: bytes, as: UTF8.self) else {
            throw DeploydError(.invalid, "\(kind) \(object.name): '\(path.joined(separator: "."))' is no text")
        }
        return Secret(value)
    }

    private func service(_ object: KubernetesObject, _ namespace: String) -> String? {
        switch path {
        case ["host"]: return "\(object.name).\(namespace).svc"
        case ["address"]: return object.json["spec"]?["clusterIP"]?.string.flatMap { $0 == "None" ? nil : $0 }
        case ["port"]: return object.json["spec"]?["ports"]?[0]?["port"].map(\.text)
        case _ where path.count == 2 && path[0] == "port":
            let ports = object.json["spec"]?["ports"]?.array ?? []
            return ports.first { $0["name"]?.string == path[1] }?["port"].map(\.text)
        default: return nil
        }
    }

    /// Lists are gone into by their index.
    private func field(_ object: KubernetesObject) -> String? {
        var value = object.json
        for step in path {
            guard let next = Int(step).flatMap({ value[$0] }) ?? value[step] else { return nil }
            value = next
        }
        switch value {
        case .null, .object, .array: return nil
        case .string(let text): return text
        default: return value.text
        }
    }
}
