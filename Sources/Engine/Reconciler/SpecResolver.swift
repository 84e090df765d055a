import Core
import Formats
import Model

/// Replaces every reference of a service's file by its value, once resources are there and addresses known.
struct SpecResolver: Sendable {
    let prepared: PreparedDeployment
    let addresses: WorkloadAddresses
    /// By the name under which they are required.
    let outputs: [String: [String: Resource.Output]]

    /// - Throws: `.invalid` naming a reference that has no value.
    func resolve() throws -> WorkloadSpec {
        let service = prepared.service
        var spec = WorkloadSpec(
            build: try service.build?.map { try $0.resolve(value) },
            command: try (service.command ?? []).map { Secret(try $0.resolve(value)) },
            beforeDeploy: try service.beforeDeploy?.map { Secret(try $0.resolve(value)) },
            environment: try service.environment.mapValues { Secret(try $0.resolve(value)) }
                .merging(prepared.secrets.values) { own, _ in own },
            ports: service.ports, health: service.health, limits: service.limits, drain: service.drain,
            entrypoints: prepared.entrypoints, secrets: secrets)
        spec.secretVariables = Set(prepared.secrets.values.keys).union(
            service.environment.filter { $0.value.references.contains(where: isSecret) }.keys)
        spec.image = prepared.release.image
        spec.replicas = service.replicas
        spec.autoscaling = service.autoscaling
        spec.strategy = service.strategy
        spec.onFailure = service.onFailure
        spec.kubernetes = service.kubernetes
        spec.manifests = service.manifests
        if service.manifests != nil { (spec.references, spec.secretReferences) = try references() }
        spec.labels = service.labels
        return spec
    }

    /// All that may be referred to, for files that are read later.
    private func references() throws -> (values: [String: Secret], secrets: Set<String>) {
        var paths = ["version", "commit", "application", "environment", "target", "world"].map { [$0] }
        paths += addresses.listen.keys.map { ["ports", $0] }
        paths += addresses.entrypoints.keys.map { ["entrypoints", $0, "url"] }
        for (name, outputs) in outputs { paths += outputs.keys.map { ["requires", name, $0] } }
        let references = paths.map { Reference(.path($0)) }
        let values = try references.map { ("\($0)", Secret(try value(of: $0))) }
        let secrets = references.filter(isSecret).map { "\($0)" }
        return (Dictionary(values, uniquingKeysWith: { first, _ in first }), Set(secrets))
    }

    private func isSecret(_ reference: Reference) -> Bool {
        let path = reference.path
        guard path.count == 3, path[0] == "requires", case .secret? = outputs[path[1]]?[path[2]] else { return false }
        return true
    }

    var secrets: [Secret] {
        outputs.values.flatMap(\.values).compactMap { if case .secret(let secret) = $0 { secret } else { nil } }
            + prepared.secrets.values.sorted { $0.key < $1.key }.map(\.value)
    }

    private func value(of reference: Reference) throws -> String {
        let path = reference.path
        let release = prepared.release
        switch (path.first, path.count) {
        case ("version", 1): return release.version
        case ("commit", 1): return release.commit ?? release.version
        case ("application", 1): return release.application
        case ("environment", 1): return prepared.instance.environment
        case ("target", 1): return prepared.instance.id.target
        case ("world", 1): return prepared.deployment.world
        case ("ports", 2): if let port = addresses.listen[path[1]] { return "\(port)" }
        case ("entrypoints", 3): if let url = addresses.entrypoints[path[1]] { return url }
        case ("requires", 3): if let output = outputs[path[1]]?[path[2]] { return output.reveal() }
        default: break
        }
        throw DeploydError(.invalid, "\(ServiceFile.fileName): unknown reference '${\(reference)}'\(hint(path))")
    }

    private func hint(_ path: [String]) -> String {
        guard path.count == 3, path[0] == "requires", let known = outputs[path[1]]?.keys.sorted() else { return "" }
        let nearest = NearestName.hint(path[2], in: known)
        return nearest.isEmpty ? "; '\(path[1])' has \(known.joined(separator: ", "))" : nearest
    }
}
