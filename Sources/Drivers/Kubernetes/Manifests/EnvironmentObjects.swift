import Core
import Crypto
import Kubernetes
import Model

/// A service's environment: a ConfigMap, and a Secret for what holds secrets.
///
/// Their names hold a digest of their content, and their content never changes: another environment is another object, which
/// rolls the pods, and an old version that comes back finds its own. What no release uses any more is pruned.
struct EnvironmentObjects {
    private static let hashLength = 10

    let configMap: KubernetesObject?
    let secret: KubernetesObject?

    init(_ workload: KubernetesWorkload) {
        let hidden = workload.spec.secretVariables
        let variables = workload.variables
        let shown = variables.filter { !hidden.contains($0.key) }.mapValues { $0.reveal() }
        let secrets = variables.filter { hidden.contains($0.key) }
            .merging(workload.command.variables) { own, _ in own }
            .merging(workload.beforeDeploy.variables) { own, _ in own }
        configMap = EnvironmentObjects.object(workload, "ConfigMap", .strings(shown))
        secret = EnvironmentObjects.object(
            workload, "Secret", .strings(secrets.mapValues { Base64.encode($0.reveal().utf8) }))
    }

    var objects: [KubernetesObject] { [configMap, secret].compactMap(\.self) }

    /// `envFrom` of a container.
    var sources: [JSONValue] {
        let configMap: JSONValue? = configMap.map { ["configMapRef": ["name": .string($0.name)]] }
        let secret: JSONValue? = secret.map { ["secretRef": ["name": .string($0.name)]] }
        return [configMap, secret].compactMap(\.self)
    }

    /// - Returns: nil where there is nothing to hold.
    private static func object(
        _ workload: KubernetesWorkload, _ kind: String, _ data: JSONValue
    ) -> KubernetesObject? {
        guard data.object?.isEmpty == false else { return nil }
        // A digest of a short secret tells the secret to whoever tries all: it is keyed.
        let digest = HMACSHA256(key: workload.hashKey.reveal()).code(for: data.bytes)
        let name = workload.names.joined("env", String(digest.hex.prefix(hashLength)))
        var members: [String: JSONValue] = ["data": data, "immutable": true]
        if kind == "Secret" { members["type"] = "Opaque" }
        return workload.object("v1", kind, name, members)
    }
}
