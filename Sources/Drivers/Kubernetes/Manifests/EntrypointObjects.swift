import Core
import Kubernetes
import Model

/// How the outside reaches a service: for each entrypoint an Ingress, or a Service of type LoadBalancer.
///
/// One object for each, since gates are said of a whole object.
struct EntrypointObjects {
    /// Matches no client: what a gate that lets in nobody is written as, for an empty list would let in everyone.
    static let nobody = "255.255.255.255/32"

    let workload: KubernetesWorkload

    var objects: [KubernetesObject] {
        workload.spec.entrypoints.sorted { $0.key < $1.key }.compactMap { name, entrypoint in
            switch workload.settings.exposure {
            case .ingress: ingress(name, entrypoint)
            case .loadBalancer: loadBalancer(name, entrypoint)
            }
        }
    }

    /// The networks that a gate lets in; nil: everyone.
    static func allowed(_ entrypoint: WorkloadEntrypoint) -> [String]? {
        entrypoint.allowed.map { $0.isEmpty ? [nobody] : $0 }
    }
}

extension EntrypointObjects {
    /// By which controllers let in certain networks only: each knows its own, and leaves the others alone.
    private static let gateAnnotations = [
        "nginx.ingress.kubernetes.io/whitelist-source-range", "haproxy.org/allow-list",
        "haproxy-ingress.github.io/allowlist-source-range", "alb.ingress.kubernetes.io/inbound-cidrs",
    ]

    /// - Returns: nil without a host, which a plan has refused.
    private func ingress(_ name: String, _ entrypoint: WorkloadEntrypoint) -> KubernetesObject? {
        guard let route = entrypoint.route else { return nil }
        var annotations: [String: String] = [:]
        if let allowed = EntrypointObjects.allowed(entrypoint) {
            for key in EntrypointObjects.gateAnnotations { annotations[key] = allowed.joined(separator: ",") }
        }
        let host = JSONValue.string(route.host)
        let path: JSONValue = [
            "path": .string(entrypoint.path), "pathType": "Prefix", "backend": backend(entrypoint),
        ]
        let tls = route.tlsSecret.map { JSONValue.array([["hosts": [host], "secretName": .string($0)]]) }
        return workload.object(
            workload.apis.ingress, "Ingress", workload.names.entrypoint(name), annotations: annotations,
            [
                "spec": .members([
                    "ingressClassName": workload.settings.ingressClass.map(JSONValue.string),
                    "rules": [["host": host, "http": ["paths": [path]]]],
                    "tls": tls,
                ])
            ])
    }

    private func backend(_ entrypoint: WorkloadEntrypoint) -> JSONValue {
        let service = JSONValue.string(workload.name)
        let port = JSONValue.string(PortNames.name(entrypoint.port))
        guard workload.apis.ingress == "networking.k8s.io/v1" else {
            return ["serviceName": service, "servicePort": port]
        }
        return ["service": ["name": service, "port": ["name": port]]]
    }
}

extension EntrypointObjects {
    private func loadBalancer(_ name: String, _ entrypoint: WorkloadEntrypoint) -> KubernetesObject? {
        let allowed = EntrypointObjects.allowed(entrypoint)
        // Whoever runs external-dns has the host's name lead here.
        let annotations = entrypoint.route.map { ["external-dns.alpha.kubernetes.io/hostname": $0.host] } ?? [:]
        return workload.object(
            "v1", "Service", workload.names.entrypoint(name), annotations: annotations,
            [
                "spec": .members([
                    "type": "LoadBalancer",
                    // Pods see who asks only where no node passes requests on to another: the gate's NetworkPolicy
                    // needs that.
                    "externalTrafficPolicy": allowed == nil ? "Cluster" : "Local",
                    "loadBalancerSourceRanges": allowed.map { .strings($0) },
                    "ports": [ServiceObjects.port(entrypoint.port, number: 80)],
                    "selector": .strings(ObjectLabels.pods(workload.identity, workload.serving)),
                ])
            ])
    }
}
