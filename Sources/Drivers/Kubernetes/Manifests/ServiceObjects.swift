import Core
import Kubernetes
import Model

/// The Services by which a service is reached within the cluster.
struct ServiceObjects {
    let workload: KubernetesWorkload

    /// None for what listens nowhere.
    var objects: [KubernetesObject] {
        guard !workload.spec.ports.isEmpty else { return [] }
        let names = workload.names
        var services = [service(workload.name, workload.serving)]
        switch workload.spec.strategy {
        case .rolling: break
        case .blueGreen:
            // What does not serve: the new one until it does, and the old one from then on.
            let other = workload.serving == workload.track ? workload.track.otherColour : workload.track
            services.append(service(names.preview, other ?? workload.track))
        case .appendOnly:
            services.append(service(names.latest, workload.serving))
            services.append(service(names.workload(workload.track), workload.track))
        }
        return services.compactMap(\.self)
    }

    private func service(_ name: String, _ track: Track) -> KubernetesObject? {
        workload.object(
            "v1", "Service", name,
            [
                "spec": [
                    "type": "ClusterIP", "ports": .array(ports),
                    "selector": .strings(ObjectLabels.pods(workload.identity, track)),
                ]
            ])
    }

    /// 80 for the primary port, and each other one's own number.
    private var ports: [JSONValue] {
        let primary = workload.primaryPort
        return workload.spec.ports.sorted { a, b in
            (a.key == primary ? 0 : 1, a.value, a.key) < (b.key == primary ? 0 : 1, b.value, b.key)
        }.map { name, number in
            ServiceObjects.port(name, number: name == primary ? 80 : number)
        }
    }

    /// A port of a Service, whatever the pods behind it listen on.
    static func port(_ name: String, number: Int) -> JSONValue {
        let short = JSONValue.string(PortNames.name(name))
        return ["name": short, "port": .integer(number), "protocol": "TCP", "targetPort": short]
    }
}
