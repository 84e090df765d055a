import Core
import Kubernetes
import Model

/// The NetworkPolicy of a service with gates.
///
/// What reaches a pod through an Ingress comes from the Ingress controller, whose pods are somewhere in the cluster, and
/// what other services ask comes from pods as well: a gate is not meant for these, so pods of every namespace are let in.
/// What comes from outside of the cluster to a gated port, by a load balancer, a node's port or a pod's own address, is let
/// in from the gate's networks only. Ports behind no gate stay open.
struct GatePolicy {
    let workload: KubernetesWorkload

    /// nil where nothing has a gate.
    var object: KubernetesObject? {
        let gated = networks
        guard !gated.isEmpty else { return nil }
        let open = workload.spec.ports.filter { gated[$0.key] == nil }
        var rules: [JSONValue] = [["from": [["namespaceSelector": [:]]]]]
        for (port, allowed) in gated.sorted(by: { $0.key < $1.key }) {
            guard let number = workload.spec.ports[port] else { continue }
            let from = allowed.map { JSONValue.object(["ipBlock": ["cidr": .string($0)]]) }
            rules.append(["from": .array(from), "ports": [GatePolicy.port(number)]])
        }
        if !open.isEmpty { rules.append(["ports": .array(open.values.sorted().map(GatePolicy.port))]) }
        return workload.object(
            "networking.k8s.io/v1", "NetworkPolicy", workload.name,
            [
                "spec": [
                    "podSelector": ["matchLabels": .strings(ObjectLabels.pods(workload.identity, nil))],
                    "policyTypes": ["Ingress"], "ingress": .array(rules),
                ]
            ])
    }

    /// By port: whom its gates let in. A port that an entrypoint without a gate leads to is open.
    private var networks: [String: [String]] {
        Dictionary(grouping: workload.spec.entrypoints.values, by: \.port).compactMapValues { entrypoints in
            let allowed = entrypoints.compactMap(EntrypointObjects.allowed)
            return allowed.count == entrypoints.count ? Set(allowed.joined()).sorted() : nil
        }
    }

    /// By number: not every network plugin knows the names of ports.
    private static func port(_ number: Int) -> JSONValue { ["port": .integer(number), "protocol": "TCP"] }
}
